using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>One rule of an AuthorizationPolicy, its patterns compiled.</summary>
internal sealed class AccessRule(AuthorizationEntry policy, AuthorizationRuleEntry rule, string trustDomain)
{
    private readonly Pattern[] _principals = Compile(rule.Principals.Select(principal => Principals.Whole(principal, trustDomain)));
    private readonly AllowedOperation[] _operations = [.. rule.Operations.Select(operation => new AllowedOperation(operation))];

    public string Policy => policy.Name;

    public Origin Origin => rule.Origin;

    /// <inheritdoc cref="AuthorizationRuleEntry.Names"/>
    public bool Names(Operation operation) => rule.Names(operation);

    public bool Matches(in AccessRequest request)
    {
        if (!Pattern.AnyMatches(_principals, request.Principal)) return false;
        foreach (var operation in _operations)
        {
            if (operation.Matches(request) && (operation.HasPaths || !MustName(request))) return true;
        }

        return _operations.Length == 0 && !MustName(request);
    }

    private bool MustName(in AccessRequest request) => request.OnlyByPath && policy.Action == AuthorizationAction.Allow;

    private static Pattern[] Compile(IEnumerable<string> patterns) => [.. patterns.Select(pattern => new Pattern(pattern))];

    private sealed class AllowedOperation(OperationEntry entry)
    {
        private readonly Pattern[] _paths = Compile(entry.Paths);
        private readonly Pattern[] _eventTypes = Compile(entry.EventTypes);

        public bool HasPaths => _paths.Length > 0;

        public bool Matches(in AccessRequest request)
        {
            if (!entry.Names(request.Operation)) return false;
            if (request.Operation != Operation.Call) return Pattern.AnyMatches(_eventTypes, request.EventType);
            return (entry.Methods.Length == 0 || entry.Methods.Contains(request.Method)) && Pattern.AnyMatches(_paths, request.Path);
        }
    }
}
