using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Stages;

/// <summary>Asks the policies of everything on the way: route or subscription and app together, or the broker for each event.</summary>
internal sealed class AuthorizeStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        switch (envelope.Kind)
        {
            case EnvelopeKind.Call:
                var mustName = envelope is { IsInvocation: true, IsFromPerson: false };
                var call = new AccessRequest { Operation = Operation.Call, Principal = envelope.Principal, Method = envelope.Method, Path = envelope.Path, OnlyByPath = mustName };
                // Failover is no way around the rules of either app.
                if (envelope.FailedOverFrom is { } meant && AccessDecision.Of(call, envelope.Rule!.Access, meant.Backend.Access) is { Denial: not null } refusal) return Decide(envelope, refusal);
                var decision = AccessDecision.Of(call, envelope.Rule!.Access, envelope.Way?.Backend.Access ?? []);
                return mustName && decision is { Denial: null, Rule: null }
                    ? envelope.Refuse(Verdict.Denied, $"{envelope.Principal} may not run a function by its name: people may; for others an AuthorizationPolicy on FunctionApp {envelope.Way!.Backend.App} must allow 'call' with 'paths' that name {envelope.Path}")
                    : Decide(envelope, decision);

            case EnvelopeKind.Delivery:
                var delivery = new AccessRequest { Operation = Operation.Deliver, Principal = envelope.Principal, EventType = envelope.Delivered!.Event.Type };
                if (envelope.FailedOverFrom is { } first && AccessDecision.Of(delivery, envelope.Subscription!.Access, first.Backend.Access) is { Denial: not null } denial) return Decide(envelope, denial);
                return Decide(envelope, AccessDecision.Of(delivery, envelope.Subscription!.Access, envelope.Way!.Backend.Access));

            default:
                foreach (var published in envelope.Published)
                {
                    var publication = new AccessRequest { Operation = Operation.Publish, Principal = envelope.Principal, EventType = published.Type };
                    if (Decide(envelope, AccessDecision.Of(publication, envelope.Table.Broker, [])) is not Verdict.Continue and var denied) return denied;
                }

                return Verdict.Continue;
        }
    }

    /// <summary>Whether a call that was let through may go to another backend too.</summary>
    public static bool MayReach(Envelope call, Backend other) =>
        AccessDecision.Of(new AccessRequest { Operation = Operation.Call, Principal = call.Principal, Method = call.Method, Path = call.Path }, call.Rule!.Access, other.Access).Denial is null;

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }

    private static Verdict Decide(Envelope envelope, AccessDecision decision)
    {
        if (decision.Denial is { } denial) return envelope.Refuse(Verdict.Denied, denial);
        envelope.PermittedBy = decision.Rule;
        return Verdict.Continue;
    }
}
