using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class AuthorizationPolicyReader
{
    private static readonly string[] Forms = ["app/", "ns/", "user/", "spiffe://"];
    private static readonly string[] CallFields = ["methods", "paths"];

    public static AuthorizationPolicy Read(string name, Origin origin, FieldReader spec)
    {
        var targets = ReferenceReader.ReadTargets(spec);
        var action = spec.Choice("action", ["ALLOW", "DENY"], ["AUDIT"], required: true);
        var rules = ImmutableArray.CreateBuilder<AuthorizationRuleEntry>();
        var principals = ImmutableArray.CreateBuilder<Written<string>>();
        foreach (var item in spec.Maps(spec.FilledList("rules", required: true), "rules")) rules.Add(ReadRule(item, principals));
        spec.Close("dryRun");
        return new AuthorizationPolicy(
            name, origin, targets,
            action?.Value == "DENY" ? AuthorizationAction.Deny : AuthorizationAction.Allow,
            rules.ToImmutable(), principals.ToImmutable());
    }

    private static AuthorizationRuleEntry ReadRule(FieldReader rule, ImmutableArray<Written<string>>.Builder all)
    {
        var principals = ImmutableArray.CreateBuilder<string>();
        foreach (var from in rule.Maps(rule.FilledList("from"), "from"))
        {
            foreach (var principal in from.Texts(from.FilledList("principals", required: true), "principals"))
            {
                CheckPrincipal(principal, from.Diagnostics);
                if (!principals.Contains(principal.Value)) principals.Add(principal.Value);
                all.Add(principal);
            }

            from.Close();
        }

        var operations = rule.Maps(rule.FilledList("to"), "to").Select(ReadOperation).ToImmutableArray();
        rule.Close();
        return new AuthorizationRuleEntry { Origin = rule.Origin, Principals = principals.ToImmutable(), Operations = operations };
    }

    private static OperationEntry ReadOperation(FieldReader to)
    {
        var operations = Choices(to, "operations", ["call", "publish", "deliver"])
            .Select(word => word switch { "call" => Operation.Call, "publish" => Operation.Publish, _ => Operation.Deliver })
            .ToImmutableArray();
        var methods = Choices(to, "methods", Names.Methods);
        var paths = Patterns(to, "paths");
        var types = Patterns(to, "eventTypes");
        to.Close();
        if (to.Entries.IsEmpty)
            to.Error(DiagnosticCodes.InvalidValue, to.Origin, "this item of 'to' names nothing; give it a field, or leave 'to' out to mean every operation");
        foreach (var field in CallFields.Where(to.Has))
        {
            if (!operations.IsEmpty && !operations.Contains(Operation.Call))
                to.Error(DiagnosticCodes.ExclusiveFields, to.Place(field), $"field '{field}' restricts calls, and 'operations' does not name 'call'");
        }

        if (to.Has("eventTypes") && !operations.IsEmpty && operations.All(operation => operation == Operation.Call))
            to.Error(DiagnosticCodes.ExclusiveFields, to.Place("eventTypes"), "field 'eventTypes' restricts 'publish' and 'deliver', and 'operations' names neither");
        return new OperationEntry { Operations = operations, Methods = methods, Paths = paths, EventTypes = types };
    }

    private static ImmutableArray<string> Choices(FieldReader to, string field, string[] choices)
    {
        if (to.FilledList(field) is not { } list) return [];
        return
        [
            .. list.Value
                .Select(item => ValueReader.Choice(item, field, choices, [], to.Diagnostics)?.Value)
                .OfType<string>()
                .Distinct(),
        ];
    }

    private static ImmutableArray<string> Patterns(FieldReader to, string field)
    {
        var patterns = ImmutableArray.CreateBuilder<string>();
        foreach (var pattern in to.Texts(to.FilledList(field), field))
        {
            if (CheckPattern(pattern, to.Diagnostics) && field == "paths" && pattern.Value[0] is not ('/' or '*'))
                to.Error(DiagnosticCodes.InvalidValue, pattern.Origin, $"the path {Quoted.Text(pattern.Value)} must begin with '/' or '*'");
            if (!patterns.Contains(pattern.Value)) patterns.Add(pattern.Value);
        }

        return patterns.ToImmutable();
    }

    private static bool CheckPattern(Written<string> pattern, DiagnosticBag diagnostics)
    {
        if (Names.IsPattern(pattern.Value)) return true;
        diagnostics.Error(DiagnosticCodes.InvalidValue, pattern.Origin, $"in {Quoted.Text(pattern.Value)} the '*' must stand alone, first or last, and once");
        return false;
    }

    private static void CheckPrincipal(Written<string> principal, DiagnosticBag diagnostics)
    {
        var text = principal.Value;
        if (!CheckPattern(principal, diagnostics)) return;
        if (text.StartsWith("jwt:", StringComparison.Ordinal))
            diagnostics.Error(DiagnosticCodes.ValueNotSupportedYet, principal.Origin, $"the principal {Quoted.Text(text)} is not supported yet, because 'jwt:' needs a JwtProvider");
        else if (text != "anonymous" && !text.Contains('*', StringComparison.Ordinal)
            && !Forms.Any(form => text.StartsWith(form, StringComparison.Ordinal) && text.Length > form.Length))
            diagnostics.Error(DiagnosticCodes.InvalidValue, principal.Origin,
                $"{Quoted.Text(text)} is no principal; write 'anonymous', 'app/<app>', 'ns/<namespace>/app/<app>', 'user/<name>', a SPIFFE ID or '*'{NearestName.Hint(text, ["anonymous"])}");
    }
}
