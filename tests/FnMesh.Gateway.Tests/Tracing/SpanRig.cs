using System.Diagnostics;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Tracing;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Tracing;

/// <summary>Spans over a source of its own, so that tests do not see one another, and what ended there.</summary>
internal sealed class SpanRig : IDisposable
{
    private readonly ActivityListener _listener;

    public SpanRig(ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded, bool listens = true)
    {
        Source = new ActivitySource("test");
        Spans = new Spans(Source, Time);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, Source),
            Sample = (ref _) => sampling,
            ActivityStopped = Ended.Add,
        };
        if (listens) ActivitySource.AddActivityListener(_listener);
    }

    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ActivitySource Source { get; }

    public Spans Spans { get; }

    public List<Activity> Ended { get; } = [];

    public static ParsedEvent Published(string id = "1") => new(Event(id).Attributes, default, 0);

    public static EventRecord Event(string id = "1", string type = "shop.order.placed", string? subject = null) => new()
    {
        Attributes = subject is null
            ? [new("id", id), new("source", "/orders"), new("type", type)]
            : [new("id", id), new("source", "/orders"), new("type", type), new("subject", subject)],
        Data = default,
        Principal = "anonymous",
        TraceParent = "",
    };

    public static Dictionary<string, object?> Tags(Activity span) => span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value);

    public void Dispose()
    {
        _listener.Dispose();
        Source.Dispose();
    }
}
