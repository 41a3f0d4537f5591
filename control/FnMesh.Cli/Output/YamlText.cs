using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FnMesh.Cli.Output;

/// <summary>Any JSON value as block-style YAML; a string is plain only where no reader can take it for something else.</summary>
internal static class YamlText
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node, 0, afterKey: false);
        return text.ToString().Trim('\n');
    }

    private static void Append(StringBuilder text, JsonNode? node, int indent, bool afterKey)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                AppendMap(text, map, indent, afterKey);
                break;
            case JsonArray { Count: > 0 } list:
                if (afterKey)
                    text.Append('\n');
                foreach (var item in list)
                {
                    text.Append(' ', indent).Append('-');
                    Append(text, item, indent + 2, afterKey: item is JsonArray);
                    if (item is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }))
                        text.Append('\n');
                }

                break;
            default:
                text.Append(' ').Append(Scalar(node));
                break;
        }
    }

    private static void AppendMap(StringBuilder text, JsonObject map, int indent, bool afterKey)
    {
        // The first key of a map in a list stands behind the dash.
        var behindDash = !afterKey && indent > 0;
        if (afterKey)
            text.Append('\n');
        foreach (var (key, value) in map)
        {
            if (behindDash)
                text.Append(' ');
            else
                text.Append(' ', indent);
            behindDash = false;
            text.Append(Plain(key)).Append(':');
            Append(text, value, value is JsonArray ? indent : indent + 2, afterKey: true);
            if (value is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }))
                text.Append('\n');
        }
    }

    private static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Plain(value.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Plain(string value)
    {
        var plain = value.Length > 0
            && char.IsAsciiLetter(value[0])
            && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '/')
            && value.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n");
        return plain ? value : JsonText.WriteLine(JsonValue.Create(value));
    }
}
