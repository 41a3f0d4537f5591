using System.Diagnostics;
using System.Globalization;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// The only place that starts and ends spans: one for each envelope and one for each attempt. Every start may return null, when nobody
/// listens, and every other function takes null and does nothing. <see cref="Activity.Current"/> is as it was when each function returns.
/// </summary>
internal sealed class Spans(ActivitySource source, TimeProvider time, TraceSampler? sampler = null)
{
    /// <summary>Longer paths and reasons are cut; a span is for reading.</summary>
    private const int MaxText = 1024;

    private const string Broker = "default";

    private static readonly object[] Numbers = [.. Enumerable.Range(0, 1000).Select(number => (object)number)];

    /// <summary>Whether nobody records an envelope's trace, and so no span is to be started.</summary>
    /// <param name="incoming">The caller's; null begins a trace.</param>
    /// <param name="randomness">Makes ids.</param>
    /// <param name="trace">What goes on when nobody does; else what the span is to be started from, which keeps the id by which it was decided.</param>
    public bool Drops(in TraceContext? incoming, Randomness randomness, out TraceContext? trace)
    {
        trace = incoming;
        if (sampler is null) return false;
        if (incoming is not { } caller)
        {
            var begun = TraceContext.NewUnrecorded(randomness);
            var records = sampler.Records(begun.Trace, caller: null);
            trace = records ? begun with { Parent = 0, Flags = ActivityTraceFlags.Recorded } : begun;
            return !records;
        }

        if (sampler.Records(caller.Trace, caller.Flags)) return false;
        trace = caller with { Parent = randomness.NextUInt64() | 1, Flags = caller.Flags & ~ActivityTraceFlags.Recorded };
        return true;
    }

    /// <param name="context">The caller's, or null to begin a trace.</param>
    /// <param name="method">As received.</param>
    /// <param name="path">As received, without the query.</param>
    public Activity? StartCall(in TraceContext? context, string method, ReadOnlySpan<char> path)
    {
        var span = Start(SpanNames.Call, ActivityKind.Server, context);
        if (span is not { IsAllDataRequested: true }) return span;
        var (known, shown) = (HttpMethodName.Of(method), new string(path[..Math.Min(path.Length, MaxText)]));
        span.DisplayName = $"{known} {shown}";
        AddOrigin(span, SpanNames.Call, context);
        span.AddTag(SpanNames.Method, known);
        if (!ReferenceEquals(known, method) && known != method) span.AddTag(SpanNames.OriginalMethod, Cut(method));
        span.AddTag(SpanNames.Path, shown);
        return span;
    }

    public Activity? StartPublish(in TraceContext? context)
    {
        var span = Start(SpanNames.Publish, ActivityKind.Producer, context);
        if (span is not { IsAllDataRequested: true }) return span;
        span.DisplayName = $"{SpanNames.Publish} {Broker}";
        AddOrigin(span, SpanNames.Publish, context);
        AddMessaging(span, SpanNames.Publish, "send");
        return span;
    }

    /// <param name="producer">The publishing span, from the event's record; null begins a trace.</param>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="number">1 for the first delivery; counts redeliveries.</param>
    /// <param name="event">What is delivered.</param>
    public Activity? StartDelivery(in TraceContext? producer, string subscription, int number, EventRecord @event)
    {
        var link = producer is { Parent: not 0 } from ? new ActivityLink(new ActivityContext(from.TraceId, from.SpanId, from.Flags, from.State, isRemote: true)) : default;
        var span = Start(SpanNames.Deliver, ActivityKind.Consumer, producer, producer is not { Parent: not 0 } ? null : [link]);
        if (span is not { IsAllDataRequested: true }) return span;
        span.DisplayName = $"{SpanNames.Deliver} {subscription}";
        AddOrigin(span, SpanNames.Deliver, null);
        span.AddTag(SpanNames.Subscription, subscription);
        span.AddTag(SpanNames.Delivery, Boxed(number));
        AddMessaging(span, SpanNames.Deliver, "process");
        span.AddTag(SpanNames.MessagingSubscription, subscription);
        AddEvent(span, @event.Id, @event.Source, @event.Type, @event["subject"]);
        return span;
    }

    /// <param name="envelope">The span of the envelope that is tried.</param>
    /// <param name="number">1 for the first attempt.</param>
    public Activity? StartAttempt(Activity? envelope, int number)
    {
        if (envelope is null) return null;
        var parent = new ActivityContext(envelope.TraceId, envelope.SpanId, envelope.ActivityTraceFlags, envelope.TraceStateString);
        var span = Start(SpanNames.AttemptKind, ActivityKind.Client, parent, null);
        if (span is not { IsAllDataRequested: true }) return span;
        span.DisplayName = number == 1 ? "attempt 1" : $"attempt {number}";
        span.AddTag(SpanNames.Kind, SpanNames.AttemptKind);
        span.AddTag(SpanNames.Attempt, Boxed(number));
        if (number > 1) span.AddTag(SpanNames.ResendCount, Boxed(number - 1));
        return span;
    }

    /// <summary>What a publish carries: its event, or how many.</summary>
    public static void SetEvents(Activity? span, IReadOnlyList<ParsedEvent> events)
    {
        if (span is not { IsAllDataRequested: true }) return;
        if (events is [var single]) AddEvent(span, single.Id, single.Source, single.Type, single["subject"]);
        else span.AddTag(SpanNames.MessagingBatch, Boxed(events.Count));
    }

    public static void SetPrincipal(Activity? span, string principal) => Set(span, SpanNames.Principal, principal);

    public static void SetRoute(Activity? span, string route)
    {
        Set(span, SpanNames.Route, route);
        Set(span, SpanNames.HttpRoute, route);
    }

    /// <summary>Where the split sent an envelope, or an attempt goes.</summary>
    public static void SetBackend(Activity? span, string app, string revision)
    {
        Set(span, SpanNames.App, app);
        Set(span, SpanNames.Revision, revision);
    }

    /// <summary>What was made to go wrong.</summary>
    public static void SetFault(Activity? span, string fault) => Set(span, SpanNames.Fault, fault);

    /// <summary>Nothing was tried: an earlier call with the same key had been answered.</summary>
    public static void SetReplayed(Activity? span) => Set(span, SpanNames.Replayed, "true");

    /// <summary>Where the split sent an envelope, and why it went elsewhere.</summary>
    public static void SetFailover(Activity? span, string from, Verdict why)
    {
        Set(span, SpanNames.FailoverFrom, from);
        Set(span, SpanNames.FailoverReason, VerdictName.Of(why));
    }

    /// <summary>Ends an envelope's span.</summary>
    /// <param name="span">From one of the starts.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="status">What the caller was told; null takes the function's own status, else the verdict's.</param>
    public void Finish(Activity? span, in Outcome outcome, int? status = null)
    {
        if (span is null) return;
        if (span.IsAllDataRequested)
        {
            AddEnd(span, outcome.Verdict, outcome.Reason, status ?? outcome.Status ?? VerdictStatus.Of(outcome.Verdict), span.Kind == ActivityKind.Server ? 500 : 400, outcome.Grpc);
        }

        Stop(span, time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Ends an attempt's span at the moment the attempt ended.</summary>
    public static void FinishAttempt(Activity? span, AttemptRecord attempt)
    {
        if (span is null) return;
        if (span.IsAllDataRequested)
        {
            if (attempt.Endpoint is { } endpoint)
            {
                span.AddTag(SpanNames.ServerAddress, endpoint.Host);
                span.AddTag(SpanNames.ServerPort, endpoint.Port);
            }

            AddEnd(span, attempt.Verdict, attempt.Reason, attempt.Status, 400, attempt.Grpc);
        }

        Stop(span, attempt.Started.UtcDateTime + attempt.Duration);
    }

    private Activity? Start(string name, ActivityKind kind, in TraceContext? context, ActivityLink[]? links = null) =>
        Start(name, kind, context is { } from ? new ActivityContext(from.TraceId, from.SpanId, from.Flags, from.State, isRemote: true) : default, links);

    private Activity? Start(string name, ActivityKind kind, ActivityContext parent, ActivityLink[]? links)
    {
        if (!source.HasListeners()) return null;

        // Without a parent .NET takes Activity.Current, which belongs to the host.
        var current = Activity.Current;
        if (current is not null) Activity.Current = null;
        var span = source.StartActivity(name, kind, parent, tags: null, links, time.GetUtcNow());
        if (Activity.Current != current) Activity.Current = current;
        return span;
    }

    private static void Stop(Activity span, DateTime end)
    {
        var current = Activity.Current;
        span.SetEndTime(end);
        span.Stop();
        if (Activity.Current != current) Activity.Current = current;
    }

    private static void AddOrigin(Activity span, string kind, in TraceContext? context)
    {
        span.AddTag(SpanNames.Kind, kind);
        if (context is { } from && from.MeshParent != default) span.AddTag(SpanNames.MeshParent, from.MeshParent.ToHexString());
    }

    private static void AddMessaging(Activity span, string operation, string type)
    {
        span.AddTag(SpanNames.MessagingSystem, "fnmesh");
        span.AddTag(SpanNames.MessagingOperation, operation);
        span.AddTag(SpanNames.MessagingOperationType, type);
        span.AddTag(SpanNames.MessagingDestination, Broker);
    }

    private static void AddEvent(Activity span, string id, string source, string type, string? subject)
    {
        span.AddTag(SpanNames.EventId, Cut(id));
        span.AddTag(SpanNames.EventSource, Cut(source));
        span.AddTag(SpanNames.EventType, Cut(type));
        if (subject is not null) span.AddTag(SpanNames.EventSubject, Cut(subject));
    }

    private static void AddEnd(Activity span, Verdict verdict, string? reason, int? status, int errorsFrom, int? grpc)
    {
        var name = VerdictName.Of(verdict);
        span.AddTag(SpanNames.Verdict, name);
        if (reason is not null) span.AddTag(SpanNames.Reason, Cut(reason));
        if (status is { } code) span.AddTag(SpanNames.Status, Boxed(code));
        if (grpc is { } told) span.AddTag(SpanNames.GrpcStatus, Boxed(told));

        // The status of HTTP says nothing of a call of gRPC that failed.
        var failedByGrpc = grpc is { } own && GrpcStatus.IsFailure(own);
        var failed = failedByGrpc || (status is { } seen ? seen >= errorsFrom : verdict != Verdict.Answered);
        if (!failed) return;
        span.SetStatus(ActivityStatusCode.Error);
        span.AddTag(SpanNames.ErrorType, verdict == Verdict.Answered ? (failedByGrpc ? grpc : status)!.Value.ToString(CultureInfo.InvariantCulture) : name);
    }

    private static void Set(Activity? span, string name, string value)
    {
        if (span is { IsAllDataRequested: true }) span.AddTag(name, value);
    }

    private static object Boxed(int number) => (uint)number < (uint)Numbers.Length ? Numbers[number] : number;

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
