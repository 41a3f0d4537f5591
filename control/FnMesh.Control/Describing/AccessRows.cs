using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Describing;

/// <summary>Who may do something: the rules on everything that is asked on the way, as gateways ask (DENY first, then each target that an ALLOW closes), or the default.</summary>
internal static class AccessRows
{
    public static AuthorizationTarget Mesh { get; } = new(AuthorizationTargetKind.Mesh, "", null);

    public static AuthorizationTarget Broker { get; } = new(AuthorizationTargetKind.Broker, "", null);

    /// <param name="policy">The live policy.</param>
    /// <param name="operation">What is asked for.</param>
    /// <param name="targets">What must permit it, in order.</param>
    /// <param name="byDefault">Who may where none of them is closed.</param>
    public static IEnumerable<AccessAnswer> Of(PolicySnapshot policy, Operation operation, IEnumerable<AuthorizationTarget> targets, string byDefault)
    {
        var rules =
            (from target in targets
             from entry in policy.Authorization
             where entry.Target == target
             from rule in entry.Rules
             where rule.Names(operation)
             select (Entry: entry, Rule: rule)).ToArray();
        var rows = rules.OrderBy(row => row.Entry.Action == AuthorizationAction.Deny ? 0 : 1).Select(row => Row(row.Entry, row.Rule, Word(operation)));
        return Array.Exists(rules, row => row.Entry.Action == AuthorizationAction.Allow)
            ? rows
            : rows.Append(new AccessAnswer(Word(operation), "", "ALLOW", byDefault, "", "default", null));
    }

    /// <summary>A policy's own rules on each of its targets.</summary>
    public static IEnumerable<AccessAnswer> Of(PolicySnapshot policy, string name) =>
        from entry in policy.Authorization
        where entry.Name == name
        from rule in entry.Rules
        select Row(entry, rule, string.Join(',', Enum.GetValues<Operation>().Where(rule.Names).Select(Word)));

    private static AccessAnswer Row(AuthorizationEntry entry, AuthorizationRuleEntry rule, string operation) => new(
        operation,
        Target(entry.Target),
        entry.Action == AuthorizationAction.Deny ? "DENY" : "ALLOW",
        rule.Principals.IsEmpty ? "everybody" : string.Join(", ", rule.Principals),
        What(rule.Operations),
        $"AuthorizationPolicy {entry.Name}",
        rule.Origin.ToString());

    private static string What(ImmutableArray<OperationEntry> operations) => string.Join(
        "; ",
        operations.Select(entry => string.Join(' ', entry.Methods.Concat(entry.Paths).Concat(entry.EventTypes))).Where(text => text.Length > 0));

    private static string Target(AuthorizationTarget target) =>
        TargetKinds.NameOf(target.Kind)
        + (target.Name.Length == 0 ? "" : $" {target.Name}")
        + (target.Section is null ? "" : $" rule {target.Section}");

    private static string Word(Operation operation) => operation.ToString().ToLowerInvariant();
}
