using System.Text.Json;
using System.Text.Json.Nodes;

namespace FnMesh.Cli.Clients;

/// <summary>Lenient reading of answers for tables: what is missing is empty.</summary>
internal static class JsonReading
{
    /// <summary>A member as text; empty when it is missing or null.</summary>
    public static string Text(this JsonNode? node, string name) => (node as JsonObject)?[name] switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var other => other.ToJsonString(),
    };

    /// <summary>The elements of the member <c>items</c>.</summary>
    public static IEnumerable<JsonNode?> Items(this JsonNode? node, string name = "items") => (node as JsonObject)?[name] as JsonArray ?? [];
}
