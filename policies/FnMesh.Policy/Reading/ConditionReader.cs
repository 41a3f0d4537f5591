using FnMesh.Policy.Cesql;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads the condition of a rule of an AuthorizationPolicy: CESQL over the attributes of a call, or of an event.</summary>
internal static class ConditionReader
{
    /// <param name="rule">The rule's fields.</param>
    /// <param name="read">All else of the rule.</param>
    public static string? Read(FieldReader rule, AuthorizationRuleEntry read)
    {
        if (rule.Node("when") is not { } node || SqlFilterReader.ReadText(node, "when", "condition", rule.Diagnostics) is not { } text) return null;
        var ofCalls = read.Names(Operation.Call);
        if (ofCalls && (read.Names(Operation.Publish) || read.Names(Operation.Deliver)))
        {
            rule.Error(DiagnosticCodes.ExclusiveFields, rule.Place("when"), "'when' sees the attributes of calls or those of events, and this rule is about both; name in 'operations' of each item of 'to' either 'call' alone, or 'publish' and 'deliver'");
            return text;
        }

        if (!ofCalls) return text;
        foreach (var name in CesqlFilter.Attributes(text).Where(name => !CallAttributes.All.Contains(name)))
        {
            rule.Error(DiagnosticCodes.InvalidExpression, rule.Place("when"),
                $"a call has no attribute {Quoted.Text(name)}{(NearestName.Hint(name, CallAttributes.All) is { Length: > 0 } hint ? hint : $"; it has {Quoted.List(CallAttributes.All)}")}");
        }

        return text;
    }
}
