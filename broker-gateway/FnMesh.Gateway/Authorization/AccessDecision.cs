using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>Permit or denial, as a value.</summary>
/// <param name="Denial">Why not, naming the rule and the mend; null permits.</param>
/// <param name="By">The rule that decided; null when the default did.</param>
internal readonly record struct AccessDecision(string? Denial, AccessRule? By)
{
    /// <summary>Where the rule stands that decided; null when the default did.</summary>
    public Origin? Rule => By?.Origin;

    /// <summary>
    /// DENY anywhere wins. Then every target that an ALLOW closes for the operation must have a rule that allows it; where none is closed,
    /// the default holds: calls through a route and deliveries pass, members publish, publishing from outside does not.
    /// </summary>
    /// <param name="request">Who wants to do what.</param>
    /// <param name="targets">What must permit it.</param>
    /// <param name="more">What must permit it too.</param>
    /// <param name="rehearse">Whether the policies that only try count like the others.</param>
    public static AccessDecision Of(in AccessRequest request, AccessTarget[] targets, AccessTarget[] more, bool rehearse = false)
    {
        AccessRule? permitted = null;
        if (Denied(request, targets, rehearse) is { } denied) return denied;
        if (Denied(request, more, rehearse) is { } alsoDenied) return alsoDenied;
        if (Closed(request, targets, rehearse, ref permitted) is { } closed) return closed;
        if (Closed(request, more, rehearse, ref permitted) is { } alsoClosed) return alsoClosed;
        return permitted is null && request.Operation == Operation.Publish && !Principals.IsMember(request.Principal)
            ? new($"{request.Principal} may not publish {request.EventType}: no AuthorizationPolicy on the Broker allows it; add a rule that does", null)
            : new(null, permitted);
    }

    private static AccessDecision? Denied(in AccessRequest request, AccessTarget[] targets, bool rehearse)
    {
        foreach (var target in targets)
        {
            if (RulesOf(target, rehearse).Denies(request) is { } rule)
                return new($"AuthorizationPolicy {rule.Policy} ({rule.Origin}) denies {Wish(request)} on {target.Name}", rule);
        }

        return null;
    }

    private static AccessDecision? Closed(in AccessRequest request, AccessTarget[] targets, bool rehearse, ref AccessRule? permitted)
    {
        foreach (var target in targets)
        {
            var rules = RulesOf(target, rehearse);
            if (rules.ClosedBy(request.Operation) is not { } closing) continue;
            permitted = rules.Allows(request);
            if (permitted is null)
                return new($"no rule on {target.Name} allows {Wish(request)}; AuthorizationPolicy {closing.Policy} ({closing.Origin}) closes it, add a rule there", closing);
        }

        return null;
    }

    private static RuleSet RulesOf(AccessTarget target, bool rehearse) => rehearse ? target.Rehearsed ?? target.Live : target.Live;

    private static string Wish(in AccessRequest request) => request.Operation switch
    {
        Operation.Publish => $"{request.Principal} to publish {request.EventType}",
        Operation.Deliver => $"{request.EventType} from {request.Principal} to be delivered",
        _ => $"{request.Principal} to call {request.Method} {request.Path}",
    };
}
