using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class AuthorizationPolicyReader
{
    public static AuthorizationPolicy Read(string name, Origin origin, FieldReader spec)
    {
        var targets = ReferenceReader.ReadTargets(spec);
        var action = spec.Choice("action", ["ALLOW", "DENY", "AUDIT"], [], required: true);
        var dryRun = spec.Flag("dryRun");
        if (action?.Value == "AUDIT" && dryRun is { Value: true } idle)
            spec.Error(DiagnosticCodes.ExclusiveFields, idle.Origin, "AUDIT decides nothing, so that there is nothing to try; leave 'dryRun' out");
        var rules = ImmutableArray.CreateBuilder<AuthorizationRuleEntry>();
        var principals = ImmutableArray.CreateBuilder<Written<string>>();
        foreach (var item in spec.Maps(spec.FilledList("rules", required: true), "rules")) rules.Add(ReadRule(item, principals));
        spec.Close();
        return new AuthorizationPolicy(name, origin, targets, ActionOf(action?.Value), dryRun is { Value: true }, rules.ToImmutable(), principals.ToImmutable());
    }

    private static AuthorizationAction ActionOf(string? word) => word switch
    {
        "DENY" => AuthorizationAction.Deny,
        "AUDIT" => AuthorizationAction.Audit,
        _ => AuthorizationAction.Allow,
    };

    private static AuthorizationRuleEntry ReadRule(FieldReader rule, ImmutableArray<Written<string>>.Builder principals)
    {
        var from = rule.Maps(rule.FilledList("from"), "from").Select(item => CallerReader.Read(item, principals)).ToImmutableArray();
        var operations = rule.Maps(rule.FilledList("to"), "to").Select(OperationReader.Read).ToImmutableArray();
        var read = new AuthorizationRuleEntry { Origin = rule.Origin, From = from, Operations = operations };
        read = read with { When = ConditionReader.Read(rule, read) };
        if (from.Any(item => item.Claims is not null) && read.Names(Operation.Deliver))
            rule.Error(DiagnosticCodes.ExclusiveFields, rule.Place("from"), "claims are known while a caller calls or publishes, and not when an event is delivered; name in 'operations' of each item of 'to' 'call', 'publish' or both");
        rule.Close();
        return read;
    }
}
