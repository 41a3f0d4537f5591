using System.Globalization;
using System.Text.Json.Nodes;
using FnMesh.Policy;

namespace FnMesh.Control.Subscriptions;

/// <summary>What a request of the Subscriptions API asks for. What is wrong with sources, types and filters the compiler says.</summary>
internal sealed record SubscriptionWish(JsonNode? Source, JsonNode? Types, JsonNode? Filters, string Sink, string? Start)
{
    /// <summary>The protocol of all deliveries.</summary>
    public const string Http = "HTTP";

    private static readonly string[] Known = ["config", "filters", "id", "origin", "protocol", "protocolsettings", "sink", "sinkcredential", "source", "types"];

    /// <param name="body">What was sent.</param>
    /// <param name="id">The id that it must have, if it has one; null where the API gives it one.</param>
    /// <param name="misuse">What is wrong, with the mend; null when nothing is.</param>
    public static SubscriptionWish? Read(JsonNode? body, string? id, out string? misuse)
    {
        misuse = null;
        if (body is not JsonObject written) misuse = "the body is no JSON object";
        else if (written.Select(field => field.Key).FirstOrDefault(field => !Known.Contains(field)) is { } unknown) misuse = $"there is no field '{unknown}'{NearestName.Hint(unknown, Known)}";
        else if (written["id"] is { } named && TextOf(named) != id) misuse = id is null ? "'id' is given by this API; leave it out" : $"'id' must be '{id}', as in the address";
        else if (TextOf(written["protocol"]) != Http) misuse = $"'protocol' must be '{Http}', the only one that events are delivered by";
        else if (TextOf(written["sink"]) is not { } sink) misuse = "'sink' must be the address that events are delivered to, such as https://shop.example/events, or http://APP/PATH for an app of the mesh";
        else if (written["sinkcredential"] is not null) misuse = "'sinkcredential' is not taken, because policies hold no secrets; write the subscription into a policy file with 'sink.webhook.token', which names a file or a variable";
        else if (FaultOf(written["protocolsettings"]) is { } settings) misuse = settings;
        else if (written["filters"] is not (null or JsonArray) || written["types"] is not (null or JsonArray)) misuse = "'filters' and 'types' are lists";
        else if (!TryReadStart(written["config"], out var start)) misuse = "'config' may have 'start' alone: earliest, latest, an offset, or a time such as 2026-01-31T12:00:00Z, as a string";
        else return new SubscriptionWish(Present(written["source"]), Present(written["types"]), Present(written["filters"]), sink, start);
        return null;
    }

    private static JsonNode? Present(JsonNode? node) => node is JsonArray { Count: 0 } ? null : node;

    private static string? FaultOf(JsonNode? settings) => settings switch
    {
        null => null,
        JsonObject map when map.Select(field => field.Key).FirstOrDefault(field => field != "method") is { } other => $"'protocolsettings.{other}' is not supported; leave it out",
        JsonObject map when map["method"] is null || TextOf(map["method"]) == "POST" => null,
        _ => "'protocolsettings.method' must be POST",
    };

    private static bool TryReadStart(JsonNode? config, out string? start)
    {
        start = null;
        if (config is null) return true;
        if (config is not JsonObject map || map.Any(field => field.Key != "start")) return false;
        if (!map.ContainsKey("start")) return true;
        start = TextOf(map["start"]) switch
        {
            ("earliest" or "latest") and var word => word,
            { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) => $"{{ offset: {offset.ToString(CultureInfo.InvariantCulture)} }}",
            { } text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) => $"{{ time: \"{time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}\" }}",
            _ => null,
        };
        return start is not null;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
