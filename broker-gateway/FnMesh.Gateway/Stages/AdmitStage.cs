using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>Refuses what the ingress found wrong, where it is traced, counted and logged like every other refusal.</summary>
internal sealed class AdmitStage : IStage
{
    public Verdict Enter(Envelope envelope) => envelope.RefusedAtIngress is { } refused
        ? envelope.Refuse(refused.Verdict, refused.Reason!, refused.RetryAfter)
        : Verdict.Continue;

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
