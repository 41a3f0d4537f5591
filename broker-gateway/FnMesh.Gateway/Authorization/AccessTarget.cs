using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>The AuthorizationPolicies on one target.</summary>
internal sealed class AccessTarget
{
    private readonly AccessRule[] _deny;
    private readonly AccessRule[] _allow;

    /// <param name="name">For people: what is protected.</param>
    /// <param name="entries">All policies on the target.</param>
    /// <param name="trustDomain">What short names of principals are completed with.</param>
    public AccessTarget(string name, IEnumerable<AuthorizationEntry> entries, string trustDomain = "")
    {
        Name = name;
        var rules = entries.SelectMany(entry => entry.Rules, (entry, rule) => (entry.Action, Rule: new AccessRule(entry, rule, trustDomain))).ToArray();
        _deny = [.. rules.Where(rule => rule.Action == AuthorizationAction.Deny).Select(rule => rule.Rule)];
        _allow = [.. rules.Where(rule => rule.Action == AuthorizationAction.Allow).Select(rule => rule.Rule)];
    }

    public string Name { get; }

    /// <summary>The DENY rule that holds, or null.</summary>
    public AccessRule? Denies(in AccessRequest request) => First(_deny, request);

    /// <summary>The ALLOW rule that holds, or null.</summary>
    public AccessRule? Allows(in AccessRequest request) => First(_allow, request);

    /// <summary>The first ALLOW rule that names the operation and so closes the target to everybody it does not allow, or null.</summary>
    public AccessRule? ClosedBy(Operation operation)
    {
        foreach (var rule in _allow)
        {
            if (rule.Names(operation)) return rule;
        }

        return null;
    }

    private static AccessRule? First(AccessRule[] rules, in AccessRequest request)
    {
        foreach (var rule in rules)
        {
            if (rule.Matches(request)) return rule;
        }

        return null;
    }
}
