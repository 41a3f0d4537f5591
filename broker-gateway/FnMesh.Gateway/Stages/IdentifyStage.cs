using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>
/// Establishes who is behind the envelope. A delivery has the principal that the gateway wrote beside the event when it was published;
/// members proved at the mesh listener who they are; callers from outside may have proved it by a token, and are anonymous otherwise.
/// </summary>
internal sealed class IdentifyStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        envelope.Principal = envelope.Delivered?.Event.Principal ?? envelope.Caller ?? Principals.Anonymous;
        return Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
