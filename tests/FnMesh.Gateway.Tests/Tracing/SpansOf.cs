using System.Collections.Concurrent;
using System.Diagnostics;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Tracing;

/// <summary>The spans that ended at one edge, in order.</summary>
internal sealed class SpansOf : IDisposable
{
    private readonly ActivityListener _listener;

    public SpansOf(Edge edge)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, edge.Source),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ConcurrentQueue<Activity> Ended { get; } = new();

    public Activity Call => Ended.Last(span => (string?)span.GetTagItem("fnmesh.kind") == "call");

    public IEnumerable<Activity> Attempts => Ended.Where(span => (string?)span.GetTagItem("fnmesh.kind") == "attempt");

    public void Dispose() => _listener.Dispose();
}
