using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>Permit or denial, as a value.</summary>
/// <param name="Denial">Why not, naming the rule and the mend; null permits.</param>
/// <param name="Rule">The rule that decided; null when the default did.</param>
internal readonly record struct AccessDecision(string? Denial, Origin? Rule)
{
    /// <summary>
    /// DENY anywhere wins. Then every target that an ALLOW closes for the operation must have a rule that allows it; where none is closed,
    /// the default holds: calls through a route and deliveries pass, members publish, publishing from outside does not.
    /// </summary>
    public static AccessDecision Of(in AccessRequest request, AccessTarget[] targets, AccessTarget[] more)
    {
        AccessRule? permitted = null;
        if (Denied(request, targets) is { } denied) return denied;
        if (Denied(request, more) is { } alsoDenied) return alsoDenied;
        if (Closed(request, targets, ref permitted) is { } closed) return closed;
        if (Closed(request, more, ref permitted) is { } alsoClosed) return alsoClosed;
        return permitted is null && request.Operation == Operation.Publish && !Principals.IsMember(request.Principal)
            ? new($"{request.Principal} may not publish {request.EventType}: no AuthorizationPolicy on the Broker allows it; add a rule that does", null)
            : new(null, permitted?.Origin);
    }

    private static AccessDecision? Denied(in AccessRequest request, AccessTarget[] targets)
    {
        foreach (var target in targets)
        {
            if (target.Denies(request) is { } rule)
                return new($"AuthorizationPolicy {rule.Policy} ({rule.Origin}) denies {Wish(request)} on {target.Name}", rule.Origin);
        }

        return null;
    }

    private static AccessDecision? Closed(in AccessRequest request, AccessTarget[] targets, ref AccessRule? permitted)
    {
        foreach (var target in targets)
        {
            if (target.ClosedBy(request.Operation) is not { } closing) continue;
            permitted = target.Allows(request);
            if (permitted is null)
                return new($"no rule on {target.Name} allows {Wish(request)}; AuthorizationPolicy {closing.Policy} ({closing.Origin}) closes it, add a rule there", closing.Origin);
        }

        return null;
    }

    private static string Wish(in AccessRequest request) => request.Operation switch
    {
        Operation.Publish => $"{request.Principal} to publish {request.EventType}",
        Operation.Deliver => $"{request.EventType} from {request.Principal} to be delivered",
        _ => $"{request.Principal} to call {request.Method} {request.Path}",
    };
}
