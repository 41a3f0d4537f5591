using System.Text.Json;
using FnMesh.Policy.Cesql;

namespace FnMesh.Policy.Tests.Cesql;

/// <summary>The conformance suite's cases, and attributes as they have them.</summary>
internal static class Cases
{
    private static readonly Dictionary<string, CesqlErrors> Names = new()
    {
        ["parse"] = CesqlErrors.Parse,
        ["math"] = CesqlErrors.Math,
        ["cast"] = CesqlErrors.Cast,
        ["missingAttribute"] = CesqlErrors.MissingAttribute,
        ["missingFunction"] = CesqlErrors.MissingFunction,
        ["functionEvaluation"] = CesqlErrors.FunctionEvaluation,
        ["generic"] = CesqlErrors.Generic,
    };

    public static Dictionary<string, JsonElement> All { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "FnMesh.Policy.Tests", "Cesql", "cases.json")))
        .RootElement.EnumerateArray().Select((item, index) => (Name: $"{index} {Text(item, "suite")}: {Text(item, "name")}", item)).ToDictionary(pair => pair.Name, pair => pair.item);

    public static CesqlErrors Error(JsonElement item) => item.TryGetProperty("error", out var name) ? Names[name.GetString()!] : CesqlErrors.None;

    public static string Text(JsonElement item, string field) => item.GetProperty(field).GetString()!;

    public static CesqlValue Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => CesqlValue.Of(value.GetString()!),
        JsonValueKind.Number => CesqlValue.Of(value.GetInt32()),
        _ => CesqlValue.Of(value.GetBoolean()),
    };

    public static Dictionary<string, CesqlValue> Attributes(JsonElement item)
    {
        var found = new Dictionary<string, CesqlValue> { ["specversion"] = CesqlValue.Of("1.0"), ["id"] = CesqlValue.Of("1"), ["source"] = CesqlValue.Of("/"), ["type"] = CesqlValue.Of("t") };
        if (!item.TryGetProperty("attributes", out var attributes)) return found;
        return attributes.EnumerateObject().ToDictionary(attribute => attribute.Name, attribute => Value(attribute.Value));
    }

    public static CesqlOutcome Evaluate(string expression, IReadOnlyDictionary<string, CesqlValue> attributes) =>
        CesqlExpression.Compile(expression).Evaluate(attributes, static (source, name) => ((IReadOnlyDictionary<string, CesqlValue>)source).GetValueOrDefault(name));
}
