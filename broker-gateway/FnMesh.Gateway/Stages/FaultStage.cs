using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>Lets go wrong what policy wants to go wrong.</summary>
internal sealed class FaultStage : IStage
{
    public Verdict Enter(Envelope envelope) => envelope.Way?.Fault is { } fault ? fault.Enter(envelope) : Verdict.Continue;

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
