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

    /// <summary>Whether the rule speaks of the operation at all, whoever asks.</summary>
    public bool Names(Operation operation) =>
        _operations.Length == 0 || _operations.Any(allowed => allowed.Names(operation));

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

        /// <summary>Without a list of operations: what methods and paths speak of is a call, what event types speak of is not; otherwise all three.</summary>
        public bool Names(Operation operation)
        {
            if (entry.Operations.Length > 0) return entry.Operations.Contains(operation);
            var ofCalls = entry.Methods.Length + entry.Paths.Length > 0;
            return ofCalls == (entry.EventTypes.Length > 0) || (operation == Operation.Call) == ofCalls;
        }

        public bool Matches(in AccessRequest request)
        {
            if (!Names(request.Operation)) return false;
            if (request.Operation != Operation.Call) return Pattern.AnyMatches(_eventTypes, request.EventType);
            return (entry.Methods.Length == 0 || entry.Methods.Contains(request.Method)) && Pattern.AnyMatches(_paths, request.Path);
        }
    }
}
