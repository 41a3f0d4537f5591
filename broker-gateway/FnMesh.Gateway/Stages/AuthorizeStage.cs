using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Stages;

/// <summary>Asks the policies of everything on the way: route or subscription and app together, or the broker for each event.</summary>
internal sealed class AuthorizeStage(AccessReview review) : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        switch (envelope.Kind)
        {
            case EnvelopeKind.Call:
                // Failover is no way around the rules of either app.
                if (envelope.FailedOverFrom is { } meant && Ask(envelope, AccessRequest.OfCall(envelope, meant), envelope.Rule!.Access, meant) is not Verdict.Continue and var refused) return refused;
                var call = AccessRequest.OfCall(envelope, envelope.Way);
                var verdict = Ask(envelope, call, envelope.Rule!.Access, envelope.Way);
                return call.OnlyByPath && verdict == Verdict.Continue && envelope.PermittedBy is null
                    ? envelope.Refuse(Verdict.Denied, $"{envelope.Principal} may not run a function by its name: people may; for others an AuthorizationPolicy on FunctionApp {envelope.Way!.Backend.App} must allow 'call' with 'paths' that name {envelope.Path}")
                    : verdict;

            case EnvelopeKind.Delivery:
                if (envelope.FailedOverFrom is { } first && Ask(envelope, AccessRequest.OfDelivery(envelope, first), envelope.Subscription!.Access, first) is not Verdict.Continue and var denied) return denied;
                return Ask(envelope, AccessRequest.OfDelivery(envelope, envelope.Way!), envelope.Subscription!.Access, envelope.Way);

            default:
                foreach (var published in envelope.Published)
                {
                    if (Ask(envelope, AccessRequest.OfPublication(envelope, published), envelope.Table.Broker, null) is not Verdict.Continue and var unpublished) return unpublished;
                }

                return Verdict.Continue;
        }
    }

    /// <summary>Whether a call that was let through may go to another way too.</summary>
    public static bool MayReach(Envelope call, Way other) =>
        AccessDecision.Of(AccessRequest.OfCall(call, other), call.Rule!.Access, other.Backend.Access).Denial is null;

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }

    private Verdict Ask(Envelope envelope, in AccessRequest request, AccessTarget[] targets, Way? way)
    {
        var more = way?.Backend.Access ?? [];
        var decision = AccessDecision.Of(request, targets, more);
        if (envelope.Table.IsReviewed) review.Look(request, targets, more, decision);
        if (decision.Denial is { } denial) return envelope.Refuse(Verdict.Denied, denial);
        envelope.PermittedBy = decision.Rule;
        return Verdict.Continue;
    }
}
