using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>The AuthorizationPolicies on one target.</summary>
internal sealed class AccessTarget
{
    /// <param name="name">For people: what is protected.</param>
    /// <param name="entries">All policies on the target.</param>
    /// <param name="trustDomain">What short names of principals are completed with.</param>
    public AccessTarget(string name, IEnumerable<AuthorizationEntry> entries, string trustDomain = "")
    {
        Name = name;
        var rules = entries.SelectMany(entry => entry.Rules, (entry, rule) => new AccessRule(entry, rule, trustDomain)).ToArray();
        Live = new RuleSet(rules.Where(rule => !rule.IsDryRun));
        Rehearsed = Array.Exists(rules, rule => rule.IsDryRun) ? new RuleSet(rules) : null;
        Audits = [.. rules.Where(rule => rule.Action == AuthorizationAction.Audit).GroupBy(rule => rule.Policy, (policy, rules) => (policy, new RuleIndex(rules)))];
        AsksForFunctions = Array.Exists(rules, rule => rule.To.Any(operation => operation.AsksForFunctions));
    }

    public string Name { get; }

    /// <summary>The rules that decide.</summary>
    public RuleSet Live { get; }

    /// <summary>The same with the policies that only try what they would decide; null where there is none.</summary>
    public RuleSet? Rehearsed { get; }

    /// <summary>What is logged and decides nothing, by policy.</summary>
    public ImmutableArray<(string Policy, RuleIndex Rules)> Audits { get; }

    /// <summary>Whether a rule speaks of functions.</summary>
    public bool AsksForFunctions { get; }
}
