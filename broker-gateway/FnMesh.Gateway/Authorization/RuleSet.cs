using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>The rules on a target that decide together.</summary>
internal sealed class RuleSet
{
    private readonly RuleIndex? _deny;
    private readonly RuleIndex? _allow;
    private readonly AccessRule?[] _closing;

    public RuleSet(IEnumerable<AccessRule> rules)
    {
        var all = rules.ToArray();
        (_deny, _allow) = (Index(all, AuthorizationAction.Deny), Index(all, AuthorizationAction.Allow));
        _closing = [.. Enum.GetValues<Operation>().Select(operation => Array.Find(all, rule => rule.Action == AuthorizationAction.Allow && rule.Names(operation)))];
    }

    /// <summary>The DENY rule that holds, or null.</summary>
    public AccessRule? Denies(in AccessRequest request) => _deny?.Find(request);

    /// <summary>The ALLOW rule that holds, or null.</summary>
    public AccessRule? Allows(in AccessRequest request) => _allow?.Find(request);

    /// <summary>The first ALLOW rule that names the operation and so closes the target to everybody it does not allow, or null.</summary>
    public AccessRule? ClosedBy(Operation operation) => _closing[(int)operation];

    private static RuleIndex? Index(AccessRule[] rules, AuthorizationAction action) =>
        rules.Where(rule => rule.Action == action).ToArray() is { Length: > 0 } some ? new RuleIndex(some) : null;
}
