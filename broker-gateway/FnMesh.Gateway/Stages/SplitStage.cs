using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>
/// Chooses one way by weight, once for all attempts. Calls are spread evenly; deliveries follow their key, so that a redelivery
/// does not go to another revision.
/// </summary>
internal sealed class SplitStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        if (envelope.Rule is { } rule)
        {
            envelope.Way = rule.Split.Choose(rule.Shares.Next());
            return envelope.Way is not null || rule.Filters is { Redirect: not null } ? Verdict.Continue
                : rule.Invalid is { } invalid ? envelope.Refuse(Verdict.InvalidBackend, $"the rule at {rule.Origin} sends this share of its calls to what is no backend: {invalid}")
                : envelope.Refuse(Verdict.InvalidBackend, $"the rule at {rule.Origin} has no backend with a weight");
        }

        if (envelope.Subscription is { } subscription)
        {
            envelope.Way = subscription.Split.Choose(PartitionHash.Point(subscription.Name, envelope.Delivered!.Event));
            return envelope.Way is null
                ? envelope.Refuse(Verdict.InvalidBackend, $"Subscription {subscription.Name} ({subscription.Entry.Origin}) has no backend with a weight")
                : Verdict.Continue;
        }

        return Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
