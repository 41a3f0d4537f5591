using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FnMesh.Shim.AzureFunctions.Events;

/// <summary>
/// An event in the form of a record of Kafka: the topic is its type, the key its partitionkey, the headers its attributes in Kafka's protocol binding of CloudEvents.
/// Which partition a broker keeps it in is not told to functions, so that is 0, and the offset is the event's <c>sequence</c>, or 0.
/// </summary>
internal static class KafkaRecords
{
    public static string ToJson(DeliveredEvent one)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("Offset", OffsetOf(one));
            json.WriteNumber("Partition", 0);
            json.WriteString("Topic", one.Type);
            json.WriteString("Timestamp", TimeOf(one));
            if (one.Content == EventContent.None) json.WriteNull("Value");
            else json.WriteString("Value", one.Text);
            if (KeyOf(one) is { } key) json.WriteString("Key", key);
            else json.WriteNull("Key");
            json.WritePropertyName("Headers");
            WriteHeaders(json, one);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static IEnumerable<KeyValuePair<string, string>> Metadata(DeliveredEvent one)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) WriteHeaders(json, one);
        return
        [
            new("Key", KeyOf(one) ?? ""), new("Partition", "0"), new("Topic", one.Type), new("Timestamp", TimeOf(one)),
            new("Offset", OffsetOf(one).ToString(CultureInfo.InvariantCulture)), new("Headers", Encoding.UTF8.GetString(bytes.ToArray())),
        ];
    }

    private static void WriteHeaders(Utf8JsonWriter json, DeliveredEvent one)
    {
        json.WriteStartArray();
        foreach (var (name, value) in one.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("Key", name == "datacontenttype" ? "content-type" : $"ce_{name}");
            json.WriteBase64String("Value", Encoding.UTF8.GetBytes(value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string? KeyOf(DeliveredEvent one) => one.Attributes.GetValueOrDefault("partitionkey");

    private static string TimeOf(DeliveredEvent one) => one.Attributes.GetValueOrDefault("time", "");

    private static long OffsetOf(DeliveredEvent one) => long.TryParse(one.Attributes.GetValueOrDefault("sequence"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
}
