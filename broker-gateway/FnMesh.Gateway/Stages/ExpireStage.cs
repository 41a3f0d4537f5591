using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>Delivers no event whose <c>expirytime</c> has come (CloudEvents extension <c>expirytime</c>).</summary>
internal sealed class ExpireStage(TimeProvider time) : IStage
{
    public Verdict Enter(Envelope envelope) =>
        envelope.Delivered?.Event[EventTimes.Expiry] is { } written && EventTimes.Parse(written) is { } expiry && expiry <= time.GetUtcNow()
            ? envelope.Refuse(Verdict.Expired, $"the event's expirytime, {written}, has passed; publish it again with a later one if it is still wanted")
            : Verdict.Continue;

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
