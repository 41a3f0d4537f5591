using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;

namespace FnMesh.Cli.Commands;

/// <summary>Events of a file in the JSON format of CloudEvents, each as a delivery is made: in binary mode.</summary>
internal static class StructuredEvents
{
    private static readonly string[] Required = ["specversion", "id", "source", "type"];

    /// <summary>One of the two results is null; the other says what is wrong.</summary>
    /// <param name="file">One event, or an array of events.</param>
    /// <param name="name">The file's name, for people.</param>
    /// <param name="target">Where they go.</param>
    public static (IReadOnlyList<HttpRequestMessage>? Requests, string? Fault) Read(byte[] file, string name, Uri target)
    {
        try
        {
            var json = JsonNode.Parse(file);
            var events = json is JsonArray batch ? [.. batch] : new[] { json };
            if (events.Length == 0) return (null, $"{name}: holds no event");
            for (var place = 0; place < events.Length; place++)
            {
                if (Fault(events[place]) is { } fault) return (null, $"{name}: {(json is JsonArray ? $"event {place + 1} " : "")}{fault}");
            }

            return ([.. events.Select(one => Request((JsonObject)one!, target))], null);
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException)
        {
            return (null, $"{name}: not JSON: {broken.Message}");
        }
        catch (FormatException)
        {
            return (null, $"{name}: data_base64 is not Base64");
        }
    }

    private static string? Fault(JsonNode? node)
    {
        if (node is not JsonObject one) return "is no event: an event is a JSON object";
        if (Required.FirstOrDefault(attribute => one.Text(attribute).Length == 0) is { } missing) return $"has no {missing}";
        if (one.ContainsKey("data") && one.ContainsKey("data_base64")) return "has both data and data_base64";
        if (one.FirstOrDefault(member => member.Key is not "data" && member.Value is JsonObject or JsonArray) is { Key: not null } odd) return $"has the attribute {odd.Key}, which is no single value";
        return null;
    }

    private static HttpRequestMessage Request(JsonObject one, Uri target)
    {
        var type = one.Text("datacontenttype") is { Length: > 0 } written ? written : one["data"] is null ? null : "application/json";
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Data(one, type)) };
        if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in one.Where(member => member.Key is not ("data" or "data_base64" or "datacontenttype") && member.Value is not null))
            request.Headers.TryAddWithoutValidation($"ce-{name}", Publication.PercentEncode(one.Text(name)));
        return request;
    }

    private static byte[] Data(JsonObject one, string? type)
    {
        if (one.Text("data_base64") is { Length: > 0 } encoded) return Convert.FromBase64String(encoded);
        if (one["data"] is not { } data) return [];
        var isText = data is JsonValue value && value.GetValueKind() == JsonValueKind.String && !IsJson(type!);
        return Encoding.UTF8.GetBytes(isText ? data.GetValue<string>() : data.ToJsonString());
    }

    private static bool IsJson(string type)
    {
        var essence = type.Split(';')[0].Trim().ToLower(CultureInfo.InvariantCulture);
        return essence.EndsWith("/json", StringComparison.Ordinal) || essence.EndsWith("+json", StringComparison.Ordinal);
    }
}
