using System.Text.Json;
using System.Text.Json.Serialization;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Admin;

/// <summary>An event as the admin API shows it; data only where one event is asked for.</summary>
internal sealed record EventView
{
    public required long Offset { get; init; }

    /// <summary>The lane of that offset, where the broker has several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Partition { get; init; }

    public required string Received { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    public required string Principal { get; init; }

    /// <summary>Null when the publisher's context was none.</summary>
    public required string? TraceId { get; init; }

    public required int DataLength { get; init; }

    /// <summary>Of an event that stands in the log once more: the offset at which it was published.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ReplayOf { get; init; }

    /// <summary>The lane of that offset, where the broker has several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ReplayOfPartition { get; init; }

    /// <summary>Who alone gets it then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReplayFor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Data { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DataBase64 { get; init; }

    public static EventView Of(StoredEvent stored, bool withData)
    {
        var record = stored.Event;
        var data = withData ? EventPayload.Of(record) : default;
        return new EventView
        {
            Offset = stored.Offset,
            Partition = stored.Lane,
            Received = EventTime.Of(stored.Received),
            Attributes = AttributesOf(record.Attributes),
            Principal = record.Principal,
            TraceId = record.TraceParent is { Length: >= 35 } parent ? parent[3..35] : null,
            DataLength = record.Data.Length,
            ReplayOf = record.Replay?.Origin,
            ReplayOfPartition = record.Replay?.Lane,
            ReplayFor = record.Replay?.Subscription,
            Data = data.Value,
            DataBase64 = data.Base64,
        };
    }

    /// <summary>In the order they have.</summary>
    public static IReadOnlyDictionary<string, string> AttributesOf(IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        var members = new OrderedDictionary<string, string>(attributes.Count);
        foreach (var (name, value) in attributes) members[name] = value;
        return members;
    }
}
