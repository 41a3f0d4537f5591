using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>
/// Chooses one way, once for all attempts: the one that the call's session has, else by weight. Calls are spread evenly; deliveries follow their key, and a redelivery goes
/// where the one before it went, also after the shares have changed. Where the chosen way cannot take it and the policy names another, that is taken; authorization asks for both.
/// </summary>
internal sealed class SplitStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        if (envelope.Rule is { } rule)
        {
            if (rule.Sessions is { } sessions && envelope.Exchange is { } exchange) envelope.Session = sessions.Find(exchange);
            envelope.Way = envelope.Session?.Way ?? rule.Split.Choose(rule.Shares.Next());
            return envelope.Way is not null ? FailOver(envelope)
                : rule.Filters is { Redirect: not null } ? Verdict.Continue
                : rule.Invalid is { } invalid ? envelope.Refuse(Verdict.InvalidBackend, $"the rule at {rule.Origin} sends this share of its calls to what is no backend: {invalid}")
                : envelope.Refuse(Verdict.InvalidBackend, $"the rule at {rule.Origin} has no backend with a weight");
        }

        if (envelope.Subscription is { } subscription)
        {
            // Where it was is where it goes again, until that has no share any more.
            envelope.Way = subscription.Split.To(envelope.Pinned) ?? subscription.Split.Choose(PartitionHash.Point(subscription.Name, envelope.Delivered!.Event));
            return envelope.Way is null
                ? envelope.Refuse(Verdict.InvalidBackend, $"Subscription {subscription.Name} ({subscription.Entry.Origin}) has no backend with a weight")
                : FailOver(envelope);
        }

        return Verdict.Continue;
    }

    /// <summary>What runs one function by its name means that app's, and no other's; and who is redirected reaches none.</summary>
    private static Verdict FailOver(Envelope envelope)
    {
        var way = envelope.Way!;
        if (way.Failover is { } failover && !envelope.IsInvocation && way.Filters is not { Redirect: not null } && way.CannotServe() is { } why && failover.Choose() is { } other) envelope.FailOver(other, why);
        return Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
