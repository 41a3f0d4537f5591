using System.Collections.Immutable;
using FnMesh.Control.Describing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Access;

/// <summary>Who may call, publish and receive what, by the rules as gateways ask them: DENY first, then each target that an ALLOW closes, then the default. Dry runs and audits decide nothing.</summary>
internal static class AccessReport
{
    public static ImmutableArray<AccessRow> Of(PolicySnapshot policy)
    {
        AccessSubject[] subjects = [.. AccessSubject.Of(policy)];
        var outside = subjects.Where(subject => !subject.IsMember).ToArray();
        return
        [
            .. from app in policy.Apps from subject in subjects where subject.IsMember
               select Row(policy, subject, Operation.Call, app.Name, [AccessRows.Mesh, .. AccessTargets.OfApp(app.Name)], byDefault: true),
            .. from route in policy.Routes where route.IsFromOutside
               from app in route.Rules.SelectMany(rule => rule.Backends).Select(backend => backend.App).Distinct(StringComparer.Ordinal)
               from subject in outside
               select Row(policy, subject, Operation.Call, $"{app} by {TargetKinds.NameOf(route.Kind)} {route.Name}", [AccessRows.Mesh, .. AccessTargets.OfRoute(route), .. AccessTargets.OfApp(app)], byDefault: true),
            .. subjects.Select(subject => Row(policy, subject, Operation.Publish, "events", [AccessRows.Mesh, AccessRows.Broker], subject.IsMember)),
            .. from subscription in policy.Subscriptions from subject in subjects
               select Row(policy, subject, Operation.Deliver, $"Subscription {subscription.Name}", [AccessRows.Mesh, .. AccessTargets.OfSubscription(subscription)], byDefault: true),
        ];
    }

    /// <summary>What is different for somebody.</summary>
    public static ImmutableArray<AccessChange> Changes(ImmutableArray<AccessRow> before, ImmutableArray<AccessRow> after)
    {
        var was = before.ToDictionary(row => (row.Who, row.Operation, row.What));
        var comes = after.ToDictionary(row => (row.Who, row.Operation, row.What));
        return
        [
            .. before.Select(row => (row.Who, row.Operation, row.What)).Concat(after.Select(row => (row.Who, row.Operation, row.What))).Distinct()
                .Select(key => new AccessChange(key.Who, key.Operation, key.What, was.GetValueOrDefault(key), comes.GetValueOrDefault(key)))
                .Where(change => change.Before?.May != change.After?.May || change.Before?.Limits != change.After?.Limits),
        ];
    }

    /// <summary>What apps may no longer do that they might before, of what is still there.</summary>
    public static ImmutableArray<AccessChange> Losses(PolicySnapshot before, PolicySnapshot after) =>
    [
        .. Changes(Of(before), Of(after)).Where(change => change is { Before: { May: not "no" } was, After: { May: not "yes" } comes } && (was.May == "yes" || comes.May == "no")
            && (change.Who.StartsWith("app/", StringComparison.Ordinal) || change.Who.StartsWith("ns/", StringComparison.Ordinal))),
    ];

    private static AccessRow Row(PolicySnapshot policy, AccessSubject subject, Operation operation, string what, AuthorizationTarget[] targets, bool byDefault)
    {
        var asked = (from target in targets
                     from entry in policy.Authorization
                     where entry.Target == target && entry.DryRun is not true
                     from rule in entry.Rules
                     where rule.Names(operation)
                     select (Entry: entry, Rule: rule, Share: subject.In(rule, policy.TrustDomain))).ToArray();
        AccessRow Say(string may, string limits, IEnumerable<(AuthorizationEntry Entry, AuthorizationRuleEntry Rule, AccessSubject.Share Share)> by) =>
            new(subject.Name, Word(operation), what, may, limits, by.Select(one => $"{one.Entry.Name} ({one.Rule.Origin})").Distinct().ToArray() is { Length: > 0 } some ? string.Join(", ", some) : "default");

        var denials = asked.Where(one => one.Entry.Action == AuthorizationAction.Deny && one.Share != AccessSubject.Share.None).ToArray();
        if (denials.FirstOrDefault(one => one.Share == AccessSubject.Share.All && IsWhole(one.Rule, operation)) is { Entry: not null } denial) return Say("no", "denied", [denial]);
        var limits = denials.Select(one => $"not {Part(one.Rule, one.Share)}").ToList();
        var deciding = denials.ToList();
        var isClosed = false;
        foreach (var closed in asked.Where(one => one.Entry.Action == AuthorizationAction.Allow).GroupBy(one => one.Entry.Target))
        {
            isClosed = true;
            var allowed = closed.Where(one => one.Share != AccessSubject.Share.None).ToArray();
            if (allowed.Length == 0) return Say("no", $"not allowed on {AccessRows.NameOf(closed.Key)}", [closed.First()]);
            deciding.AddRange(allowed);
            if (!Array.Exists(allowed, one => one.Share == AccessSubject.Share.All && IsWhole(one.Rule, operation))) limits.Add($"only {string.Join(" or ", allowed.Select(one => Part(one.Rule, one.Share)))}");
        }

        return !isClosed && !byDefault ? Say("no", "not allowed on the Broker", []) : Say(limits.Count == 0 ? "yes" : "in part", string.Join("; ", limits), deciding);
    }

    /// <summary>Whether the rule means everything of an operation.</summary>
    private static bool IsWhole(AuthorizationRuleEntry rule, Operation operation) => rule.When is null
        && (rule.Operations.IsEmpty || rule.Operations.Any(entry => entry.Names(operation) && entry is { Methods.IsEmpty: true, Paths.IsEmpty: true, EventTypes.IsEmpty: true, EventSources: null, Functions: null }));

    private static string Part(AuthorizationRuleEntry rule, AccessSubject.Share share)
    {
        var what = AccessRows.WhatOf(rule);
        var who = share == AccessSubject.Share.Some ? $"for {string.Join(", ", rule.From.Select(AccessRows.WhoOf))}" : "";
        return $"{what} {who}".Trim();
    }

    private static string Word(Operation operation) => operation.ToString().ToLowerInvariant();
}
