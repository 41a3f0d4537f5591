using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FnMesh.Policy.Yaml;

/// <summary>Writes a node as canonical JSON: keys in ordinal order, no white space.</summary>
internal static class YamlJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(node, json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(YamlNode node, Utf8JsonWriter json)
    {
        switch (node)
        {
            case YamlMap map:
                json.WriteStartObject();
                foreach (var entry in map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(entry.Key);
                    Write(entry.Value, json);
                }

                json.WriteEndObject();
                break;
            case YamlList list:
                json.WriteStartArray();
                foreach (var item in list.Items) Write(item, json);
                json.WriteEndArray();
                break;
            case YamlScalar scalar:
                Write(scalar, json);
                break;
        }
    }

    private static void Write(YamlScalar scalar, Utf8JsonWriter json)
    {
        switch (scalar.Kind)
        {
            case YamlScalarKind.Null:
                json.WriteNullValue();
                break;
            case YamlScalarKind.Flag:
                json.WriteBooleanValue(scalar.Text[0] is 't' or 'T');
                break;
            case YamlScalarKind.Whole:
                json.WriteNumberValue(long.Parse(scalar.Text, CultureInfo.InvariantCulture));
                break;
            case YamlScalarKind.Fraction:
                json.WriteNumberValue(double.Parse(scalar.Text, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }
}
