using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Policy.Reading;

namespace FnMesh.Policy.Schemas;

/// <summary>JSON Schemas (draft 7, which editors know) of the policy kinds: one for each kind, and one that takes a document of any.</summary>
public static class KindSchemas
{
    /// <summary>The name of the schema that takes any document.</summary>
    public const string AnyKind = "policy.schema.json";

    private const string Draft = "http://json-schema.org/draft-07/schema#";
    private static readonly JsonWriterOptions Written = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The kinds that a document may be of, in the order of names.</summary>
    public static IEnumerable<string> Kinds => ResourceReader.Kinds;

    /// <summary>File names and texts, in the order of names.</summary>
    public static ImmutableSortedDictionary<string, string> All() => ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        ResourceReader.Kinds.Select(kind => KeyValuePair.Create($"{kind.ToLowerInvariant()}.schema.json", Text(Of(kind)))).Append(KeyValuePair.Create(AnyKind, Text(OfAny()))));

    private static JsonObject Of(string kind)
    {
        var writer = new ShapeWriter(kind);
        var document = writer.Write(ResourceReader.Describe(kind));
        JsonObject schema = new() { ["$schema"] = Draft, ["title"] = kind };
        foreach (var (name, value) in document) schema[name] = value?.DeepClone();
        if (writer.Repeated.Count > 0) schema["definitions"] = writer.Repeated;
        return schema;
    }

    private static JsonObject OfAny()
    {
        var (definitions, branches, kinds) = (new JsonObject(), new JsonArray(), new JsonArray());
        foreach (var kind in ResourceReader.Kinds)
        {
            var writer = new ShapeWriter(kind);
            definitions[kind] = writer.Write(ResourceReader.Describe(kind));
            foreach (var (name, value) in writer.Repeated) definitions[name] = value?.DeepClone();
            kinds.Add((JsonNode)kind);
            branches.Add((JsonNode)new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["const"] = kind } } },
                ["then"] = new JsonObject { ["$ref"] = $"#/definitions/{kind}" },
            });
        }

        return new JsonObject
        {
            ["$schema"] = Draft,
            ["title"] = "FnMesh policy",
            ["type"] = "object",
            ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["description"] = Words.Of("document", "kind"), ["enum"] = kinds } },
            ["required"] = new JsonArray((JsonNode)"kind"),
            ["allOf"] = branches,
            ["definitions"] = definitions,
        };
    }

    private static string Text(JsonObject schema)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Written)) schema.WriteTo(json);
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
