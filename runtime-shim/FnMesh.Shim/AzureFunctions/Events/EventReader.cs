using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Events;

/// <summary>Reads what a gateway delivers: a CloudEvent in binary mode, or a batch of them.</summary>
internal static class EventReader
{
    private const string Prefix = "ce-";
    private const string BatchType = "application/cloudevents-batch+json";

    /// <param name="request">Its head.</param>
    /// <param name="body">Its body.</param>
    /// <param name="isBatch">Whether it is a batch, of however many.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static IReadOnlyList<DeliveredEvent> Read(HttpRequest request, byte[] body, out bool isBatch)
    {
        isBatch = request.ContentType?.StartsWith(BatchType, StringComparison.OrdinalIgnoreCase) == true;
        return isBatch ? ReadBatch(body) : [ReadBinary(request, body)];
    }

    private static DeliveredEvent ReadBinary(HttpRequest request, byte[] body)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) attributes[name[Prefix.Length..].ToLowerInvariant()] = Uri.UnescapeDataString(value.ToString());
        }

        if (request.ContentType is { Length: > 0 } type) attributes["datacontenttype"] = type;
        return Checked(new DeliveredEvent(attributes, ContentOf(request.ContentType, body), body));
    }

    private static List<DeliveredEvent> ReadBatch(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Array || json.RootElement.GetArrayLength() == 0) throw new FormatException("the batch is no JSON array with an event in it");
            return [.. json.RootElement.EnumerateArray().Select(ReadStructured)];
        }
        catch (JsonException broken)
        {
            throw new FormatException($"the batch is no JSON: {broken.Message}");
        }
    }

    private static DeliveredEvent ReadStructured(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException("an event of the batch is no JSON object");
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (content, data) = (EventContent.None, Array.Empty<byte>());
        foreach (var property in json.EnumerateObject())
        {
            switch (property.Name)
            {
                case "data_base64":
                    (content, data) = (EventContent.Binary, property.Value.GetBytesFromBase64());
                    break;
                case "data":
                    var isText = property.Value.ValueKind == JsonValueKind.String && json.TryGetProperty("datacontenttype", out var type) && !IsJson(type.ToString());
                    (content, data) = isText ? (EventContent.Text, Encoding.UTF8.GetBytes(property.Value.GetString()!)) : (EventContent.Json, Encoding.UTF8.GetBytes(property.Value.GetRawText()));
                    break;
                default:
                    if (property.Value.ValueKind != JsonValueKind.Null) attributes[property.Name] = property.Value.ToString();
                    break;
            }
        }

        return Checked(new DeliveredEvent(attributes, content, data));
    }

    private static DeliveredEvent Checked(DeliveredEvent read) =>
        read.Attributes.GetValueOrDefault("specversion") != "1.0" ? throw new FormatException("an event comes as CloudEvent 1.0 in binary mode, with the header ce-specversion: 1.0, or in a batch of them")
        : read.Id.Length == 0 || read.Source.Length == 0 || read.Type.Length == 0 ? throw new FormatException("the event lacks its id, its source or its type")
        : read;

    private static EventContent ContentOf(string? type, byte[] body) =>
        body.Length == 0 ? EventContent.None
        : IsJson(type) && IsWellFormed(body) ? EventContent.Json
        : type?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true ? EventContent.Text
        : EventContent.Binary;

    private static bool IsJson(string? type)
    {
        var media = type?.Split(';')[0].Trim();
        return media is not null && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsWellFormed(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
