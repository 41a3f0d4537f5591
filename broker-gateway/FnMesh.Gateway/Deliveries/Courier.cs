using System.Diagnostics;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries.Batching;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Deliveries;

/// <summary>Takes an event from the log through the pipeline to its subscriber, and its replies through the pipeline back.</summary>
internal sealed class Courier(MeshPipeline pipeline, Func<RoutingTable?> table, HttpMessageInvoker client, Spans spans, Randomness randomness, TimeProvider time)
{
    private readonly Gatherings _gatherings = new(client, time);

    /// <inheritdoc cref="Deliver"/>
    public async ValueTask<DeliveryResult?> DeliverAsync(string subscription, StoredEvent stored, int number, string? revision, CancellationToken cancel)
    {
        if (table() is not { } current || current.Reachable(subscription) is not { } binding) return null;

        IDeliveryAttempt attempt = binding.Entry.Delivery.Batch is null ? new DeliverAttempt(client, time) : new BatchAttempt(_gatherings);
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
            Pinned = revision,
            Trace = TraceHeaders.Parse(stored.Event.TraceParent, stored.Event.TraceState),
        };
        var outcome = await pipeline.RunAsync(envelope, new AttemptLoop(attempt, spans, randomness, time), cancel);
        if (NobodySaw(envelope, outcome) && table()?.Reachable(subscription) is null) return null;
        // Who wants no more is not the event's affair: it waits, and the subscription says why.
        if (outcome.Status == 410 && binding.Webhook is { Consent.IsGone: true }) return null;

        var destination = envelope.Way is { } way ? way.Backend.Name + binding.Target : subscription;
        if (outcome.Verdict != Verdict.Answered || attempt.Answer.Replies.Count == 0)
            return new(outcome, destination, envelope.Attempts, [], attempt.Answer.ErrorBytes, envelope.Way?.Backend, time.GetElapsedTime(envelope.Started));

        var reply = new ReplyTerminal();
        var published = await pipeline.RunAsync(Reply(current, attempt.Answer, stored.Event, envelope.Way?.Backend.Identity), reply, cancel);
        if (published.Verdict != Verdict.Answered) outcome = published with { Reason = $"its reply event was refused: {published.Reason}" };
        return new(outcome, destination, envelope.Attempts, reply.Events, attempt.Answer.ErrorBytes, envelope.Way?.Backend, time.GetElapsedTime(envelope.Started));
    }

    /// <summary>Whether it only failed to find somebody: once nobody is there any more it waits, instead of being parked.</summary>
    private static bool NobodySaw(Envelope envelope, in Outcome outcome) =>
        Dispositions.Of(outcome, insideMesh: true) == Disposition.RetryLaterUncounted && envelope.Attempts.All(static attempt => attempt.Status is null);

    /// <param name="current">The table of the delivery.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="cause">What it answers.</param>
    /// <param name="answerer">Who answered, if it proved who it is: the producer of the reply.</param>
    private Envelope Reply(RoutingTable current, DeliveryAnswer answer, EventRecord cause, string? answerer) => new()
    {
        Caller = answerer,
        Kind = EnvelopeKind.Publish,
        Table = current,
        Started = time.GetTimestamp(),
        Published = ReplyCausation.Of(answer.Replies, cause),
        Trace = answer.Trace with { MeshParent = answer.Trace.Flags.HasFlag(ActivityTraceFlags.Recorded) ? answer.Trace.SpanId : default },
    };
}
