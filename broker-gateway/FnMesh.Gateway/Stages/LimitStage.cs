using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>Takes what an envelope needs of the limits of its way, and gives back what it held when its way has ended.</summary>
internal sealed class LimitStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        // First: what is too long uses up nobody's share.
        if (envelope is { Kind: EnvelopeKind.Call, Exchange: { } exchange, Way.BodyLimit: { } body })
        {
            if (!exchange.TryBound(body.Most)) return envelope.Refuse(Verdict.TooLarge, body.Reason);
            envelope.BodyLimit = body;
        }

        return Of(envelope) is { } limits ? limits.Enter(envelope) : Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome) => envelope.Limited?.Leave();

    // What a function answers to a delivery is no request: it ran already, and the limits of deliveries held for it.
    private static WayLimits? Of(Envelope envelope) => envelope is { Kind: EnvelopeKind.Publish, Exchange: not null } ? envelope.Table.Publications : envelope.Way?.Limits;
}
