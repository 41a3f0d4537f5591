using System.Collections.Immutable;
using FnMesh.Policy.Cesql;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>One rule of an AuthorizationPolicy, compiled.</summary>
internal sealed class AccessRule
{
    private readonly AuthorizationEntry _policy;
    private readonly AuthorizationRuleEntry _rule;
    private readonly CesqlExpression? _when;

    /// <param name="policy">Whose it is.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="trustDomain">What short names of principals are completed with.</param>
    public AccessRule(AuthorizationEntry policy, AuthorizationRuleEntry rule, string trustDomain)
    {
        (_policy, _rule) = (policy, rule);
        From = [.. rule.From.Select(from => new AccessCaller(from, trustDomain))];
        To = [.. rule.Operations.Select(operation => new AccessOperation(operation, policy.Action))];
        _when = rule.When is not { } text ? null
            : CesqlExpression.Fault(text) is { } fault ? throw new FormatException($"the condition of the rule at {rule.Origin} cannot be read {fault}")
            : CesqlExpression.Compile(text);
    }

    public string Policy => _policy.Name;

    public Origin Origin => _rule.Origin;

    public AuthorizationAction Action => _policy.Action;

    public bool IsDryRun => _policy.DryRun is true;

    /// <summary>Any of them; none for everybody.</summary>
    public ImmutableArray<AccessCaller> From { get; }

    /// <summary>Any of them; none for everything.</summary>
    public ImmutableArray<AccessOperation> To { get; }

    /// <inheritdoc cref="AuthorizationRuleEntry.Names"/>
    public bool Names(Operation operation) => _rule.Names(operation);

    public bool Matches(in AccessRequest request) => IsFrom(request) && IsTo(request) && (_when is null || Holds(_when, request));

    private bool IsFrom(in AccessRequest request)
    {
        foreach (var from in From)
        {
            if (from.Matches(request)) return true;
        }

        return From.IsEmpty;
    }

    private bool IsTo(in AccessRequest request)
    {
        var mustName = request.OnlyByPath && Action == AuthorizationAction.Allow;
        foreach (var operation in To)
        {
            if (operation.Matches(request) && (operation.HasPaths || !mustName)) return true;
        }

        return To.IsEmpty && !mustName;
    }

    /// <summary>What cannot be judged is not allowed, and is denied. What is denied is so in every reading of the path.</summary>
    private bool Holds(CesqlExpression condition, in AccessRequest request)
    {
        var outcome = AccessView.Evaluate(condition, request, request.Path);
        if (Action != AuthorizationAction.Deny || outcome.Errors != CesqlErrors.None) return Action == AuthorizationAction.Deny || outcome.Passes;
        if (outcome.Passes) return true;
        foreach (var reading in request.Readings ?? [])
        {
            if (AccessView.Evaluate(condition, request, reading) is { Passes: true } or { Errors: not CesqlErrors.None }) return true;
        }

        return false;
    }
}
