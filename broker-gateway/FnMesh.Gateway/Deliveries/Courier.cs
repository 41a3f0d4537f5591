using System.Diagnostics;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Deliveries;

/// <summary>Takes an event from the log through the pipeline to its subscriber, and its replies through the pipeline back.</summary>
internal sealed class Courier(MeshPipeline pipeline, Func<RoutingTable?> table, HttpMessageInvoker client, Spans spans, Randomness randomness, TimeProvider time)
{
    /// <inheritdoc cref="Deliver"/>
    public async ValueTask<DeliveryResult?> DeliverAsync(string subscription, StoredEvent stored, int number, CancellationToken cancel)
    {
        if (table() is not { } current || current.Reachable(subscription) is not { } binding) return null;

        var attempt = new DeliverAttempt(client, time);
        var envelope = new Envelope
        {
            Kind = EnvelopeKind.Delivery,
            Table = current,
            Started = time.GetTimestamp(),
            Target = binding.Target.AsMemory(),
            PathLength = binding.Target.AsSpan().IndexOf('?') is >= 0 and var query ? query : binding.Target.Length,
            Delivered = stored,
            Subscription = binding,
            DeliveryNumber = number,
            Trace = TraceHeaders.Parse(stored.Event.TraceParent, stored.Event.TraceState),
        };
        var outcome = await pipeline.RunAsync(envelope, new AttemptLoop(attempt, spans, randomness, time), cancel);
        if (NobodySaw(envelope, outcome) && table()?.Reachable(subscription) is null) return null;

        var destination = envelope.Way is { } way ? way.Backend.Name + binding.Target : subscription;
        if (outcome.Verdict != Verdict.Answered || attempt.Replies.Count == 0)
            return new(outcome, destination, envelope.Attempts, [], attempt.ErrorBytes);

        var reply = new ReplyTerminal();
        var published = await pipeline.RunAsync(Reply(current, attempt, envelope.Way?.Backend.Identity), reply, cancel);
        if (published.Verdict != Verdict.Answered) outcome = published with { Reason = $"its reply event was refused: {published.Reason}" };
        return new(outcome, destination, envelope.Attempts, reply.Events, attempt.ErrorBytes);
    }

    /// <summary>Whether it only failed to find somebody: once nobody is there any more it waits, instead of being parked.</summary>
    private static bool NobodySaw(Envelope envelope, in Outcome outcome) =>
        Dispositions.Of(outcome, insideMesh: true) == Disposition.RetryLaterUncounted && envelope.Attempts.All(static attempt => attempt.Status is null);

    /// <param name="current">The table of the delivery.</param>
    /// <param name="attempt">What was answered.</param>
    /// <param name="answerer">Who answered, if it proved who it is: the producer of the reply.</param>
    private Envelope Reply(RoutingTable current, DeliverAttempt attempt, string? answerer) => new()
    {
        Caller = answerer,
        Kind = EnvelopeKind.Publish,
        Table = current,
        Started = time.GetTimestamp(),
        Published = attempt.Replies,
        Trace = attempt.Trace with { MeshParent = attempt.Trace.Flags.HasFlag(ActivityTraceFlags.Recorded) ? attempt.Trace.SpanId : default },
    };
}
