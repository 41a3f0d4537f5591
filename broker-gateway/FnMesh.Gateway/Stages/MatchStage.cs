using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>Finds the rule for a call. Publications go to the mesh's one broker, and deliveries know their subscription.</summary>
internal sealed class MatchStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        if (envelope.Kind != EnvelopeKind.Call) return Verdict.Continue;
        envelope.Rule = envelope.Table.Edge.Find(envelope);
        return envelope.Rule is null
            ? envelope.Refuse(Verdict.NoRoute, $"no HTTPRoute on edge matches {envelope.Method} {envelope.Path} for host {envelope.Host}; add a rule, or look at `fnmesh get httproutes`")
            : Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
