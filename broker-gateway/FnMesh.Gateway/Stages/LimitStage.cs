using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>Takes what an envelope needs of the limits of its way, and gives back what it held when its way has ended.</summary>
internal sealed class LimitStage : IStage
{
    public Verdict Enter(Envelope envelope) => envelope.Way?.Limits is { } limits ? limits.Enter(envelope) : Verdict.Continue;

    public void Leave(Envelope envelope, in Outcome outcome) => envelope.Limited?.Leave();
}
