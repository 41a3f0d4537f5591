using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Stages;

/// <summary>One span, one measurement and, for a refusal, one log line for each envelope, all with one set of names.</summary>
internal sealed class ObserveStage(Spans spans, Instruments instruments, Randomness randomness, ILogger log, TimeProvider time) : IStage
{
    private readonly RouteInstruments _unmatched = instruments.Route(null);

    public Verdict Enter(Envelope envelope)
    {
        if (spans.Drops(envelope.Trace, randomness, out var trace))
        {
            envelope.Context = trace!.Value;
            return Verdict.Continue;
        }

        envelope.Span = envelope.Kind switch
        {
            EnvelopeKind.Call => spans.StartCall(trace, envelope.Method, envelope.Path),
            EnvelopeKind.Publish => spans.StartPublish(trace),
            _ => spans.StartDelivery(trace, envelope.Subscription!.Name, envelope.DeliveryNumber, envelope.Delivered!.Event),
        };
        envelope.Context = TraceContext.Onward(envelope.Span, trace, randomness);
        return Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
        var status = outcome.Status ?? VerdictStatus.Of(outcome.Verdict);
        Spans.SetPrincipal(envelope.Span, envelope.Principal);
        if (envelope.Rule is { } rule) Spans.SetRoute(envelope.Span, rule.Route);
        if (envelope.Way is { } way) Spans.SetBackend(envelope.Span, way.Backend.App, way.Backend.Revision ?? string.Empty);
        if (envelope.FailedOverFrom is { } meant) Spans.SetFailover(envelope.Span, meant.Backend.Name, envelope.FailedOverFor);
        if (envelope.Fault is { } fault) Spans.SetFault(envelope.Span, fault.Text);
        if (envelope.IsReplayed) Spans.SetReplayed(envelope.Span);
        Spans.SetEvents(envelope.Span, envelope.Published);
        spans.Finish(envelope.Span, outcome, status);

        if (envelope.Kind == EnvelopeKind.Call)
            (envelope.Rule?.Instruments ?? _unmatched).Record(envelope.Method, status, time.GetElapsedTime(envelope.Started));
        else if (envelope.Kind == EnvelopeKind.Publish && outcome.Verdict == Verdict.Answered)
            instruments.EventsPublished.Add(envelope.Published.Count);

        if (outcome.Verdict == Verdict.Answered) return;
        instruments.Refused(outcome.Verdict);
        Refusals.Log(log, new Refusal
        {
            Kind = envelope.Kind,
            Outcome = outcome,
            Status = status,
            TraceId = envelope.Context.TraceId,
            Method = envelope.Method,
            Path = new string(envelope.Path),
            Principal = envelope.Principal,
            Route = envelope.Rule?.Route,
            App = envelope.Way?.Backend.App,
            Revision = envelope.Way?.Backend.Revision,
            Subscription = envelope.Subscription?.Name,
            EventType = envelope.Delivered?.Event.Type ?? (envelope.Published is [var single] ? single.Type : null),
            EventId = envelope.Delivered?.Event.Id ?? (envelope.Published is [var one] ? one.Id : null),
        });
    }
}
