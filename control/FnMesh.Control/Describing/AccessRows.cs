using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Describing;

/// <summary>Who may do something: the rules on everything that is asked on the way, as gateways ask (DENY first, then each target that an ALLOW closes), or the default.</summary>
internal static class AccessRows
{
    public static AuthorizationTarget Mesh { get; } = new(AuthorizationTargetKind.Mesh, "", null);

    public static AuthorizationTarget Broker { get; } = new(AuthorizationTargetKind.Broker, "", null);

    private static readonly AuthorizationAction[] Order = [AuthorizationAction.Deny, AuthorizationAction.Allow, AuthorizationAction.Audit];

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
        var rows = rules.OrderBy(row => Array.IndexOf(Order, row.Entry.Action)).Select(row => Row(row.Entry, row.Rule, Word(operation)));
        return Array.Exists(rules, row => row.Entry is { Action: AuthorizationAction.Allow, DryRun: not true })
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
        NameOf(entry.Target),
        Action(entry),
        rule.From.IsEmpty ? "everybody" : string.Join(", ", rule.From.Select(WhoOf)),
        WhatOf(rule),
        $"AuthorizationPolicy {entry.Name}",
        rule.Origin.ToString());

    private static string Action(AuthorizationEntry entry) => entry.Action.ToString().ToUpperInvariant() + (entry.DryRun is true ? " (dry run)" : "");

    public static string WhoOf(CallerEntry from) => string.Join(" and ", new[]
    {
        from.Principals is { } principals ? string.Join(", ", principals) : null,
        from.Namespaces is { } namespaces ? $"apps of namespace {string.Join(", ", namespaces)}" : null,
        from.Claims is { } claims ? string.Join(" and ", claims.Select(claim => $"claim {claim.Name} {string.Join(" or ", claim.Values)}")) : null,
    }.OfType<string>());

    public static string WhatOf(AuthorizationRuleEntry rule) => string.Join(
        "; ",
        rule.Operations
            .Select(entry => string.Join(' ', entry.Methods.Concat(entry.Paths).Concat(entry.Functions ?? []).Concat(entry.EventTypes).Concat((entry.EventSources ?? []).Select(source => $"from {source}"))))
            .Append(rule.When is { } condition ? $"when {condition}" : "")
            .Where(text => text.Length > 0));

    public static string NameOf(AuthorizationTarget target) =>
        TargetKinds.NameOf(target.Kind)
        + (target.Name.Length == 0 ? "" : $" {target.Name}")
        + (target.Section is null ? "" : $" rule {target.Section}");

    private static string Word(Operation operation) => operation.ToString().ToLowerInvariant();
}
