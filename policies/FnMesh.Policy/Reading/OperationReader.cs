using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads what a rule of an AuthorizationPolicy is about.</summary>
internal static class OperationReader
{
    private static readonly string[] CallFields = ["methods", "paths"];
    private static readonly string[] EventFields = ["eventTypes", "eventSources"];

    /// <param name="to">One item of <c>to</c>.</param>
    public static OperationEntry Read(FieldReader to)
    {
        var operations = Choices(to, "operations", ["call", "publish", "deliver"])
            .Select(word => word switch { "call" => Operation.Call, "publish" => Operation.Publish, _ => Operation.Deliver })
            .ToImmutableArray();
        var methods = Choices(to, "methods", Names.Methods);
        var paths = PatternReader.Read(to, "paths", path =>
        {
            if (path.Value.Length == 0 || path.Value[0] is not ('/' or '*'))
                to.Error(DiagnosticCodes.InvalidValue, path.Origin, $"the path {Quoted.Text(path.Value)} must begin with '/' or '*'");
        });
        var functions = PatternReader.Read(to, "functions");
        var types = PatternReader.Read(to, "eventTypes");
        var sources = PatternReader.Read(to, "eventSources");
        to.Close();
        if (to.Entries.IsEmpty)
            to.Error(DiagnosticCodes.InvalidValue, to.Origin, "this item of 'to' names nothing; give it a field, or leave 'to' out to mean every operation");
        CheckFields(to, operations);
        return new OperationEntry
        {
            Operations = operations,
            Methods = methods,
            Paths = paths,
            Functions = functions.IsEmpty ? null : functions,
            EventTypes = types,
            EventSources = sources.IsEmpty ? null : sources,
        };
    }

    private static void CheckFields(FieldReader to, ImmutableArray<Operation> operations)
    {
        if (operations.IsEmpty) return;
        foreach (var field in CallFields.Where(to.Has))
        {
            if (!operations.Contains(Operation.Call)) to.Error(DiagnosticCodes.ExclusiveFields, to.Place(field), $"field '{field}' restricts calls, and 'operations' does not name 'call'");
        }

        foreach (var field in EventFields.Where(to.Has))
        {
            if (operations.All(operation => operation == Operation.Call)) to.Error(DiagnosticCodes.ExclusiveFields, to.Place(field), $"field '{field}' restricts 'publish' and 'deliver', and 'operations' names neither");
        }

        if (to.Has("functions") && operations.Contains(Operation.Publish))
            to.Error(DiagnosticCodes.ExclusiveFields, to.Place("functions"), "field 'functions' restricts 'call' and 'deliver', and 'operations' names 'publish', which is to no function");
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
}
