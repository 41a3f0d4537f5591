using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>Reads the key of a call whose way knows keys, and refuses one that is none or is missing.</summary>
internal sealed class KeyStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        if (envelope.Way?.Idempotency is not { } policy || envelope.Method is not ("POST" or "PATCH") || envelope is { IsGrpc: true } or { Kind: not EnvelopeKind.Call }) return Verdict.Continue;
        if (envelope.Exchange?.Header(KeyedCalls.Header) is not { } written)
            // Whoever runs a function by its name has nothing to say but the name: a timer or an event has no caller who could choose a key.
            return policy.IsRequired && !envelope.IsInvocation ? envelope.Refuse(Verdict.Malformed, $"{KeyedCalls.Header} is missing; send one that is new for each {envelope.Method} and the same when it is sent again, such as a UUID in quotes") : Verdict.Continue;
        envelope.IdempotencyKey = KeyText.Parse(written);
        return envelope.IdempotencyKey is null ? envelope.Refuse(Verdict.Malformed, $"{KeyedCalls.Header} is no string of up to 255 visible ASCII characters in quotes") : Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
