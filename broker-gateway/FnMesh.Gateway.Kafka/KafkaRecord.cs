using System.Globalization;
using System.Text;
using Confluent.Kafka;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// An event as a Kafka record (CloudEvents Kafka binding 1.0.2): written in binary mode, read in binary and structured mode. What is no CloudEvent becomes an event of type
/// <see cref="RawType"/> whose data is the record's value.
/// </summary>
/// <param name="key">Tells records of the mesh's gateways from others'.</param>
internal sealed class KafkaRecord(RecordKey key)
{
    /// <summary>The type of events that are made of records which are no CloudEvents.</summary>
    public const string RawType = "dev.fnmesh.kafka.record";

    /// <summary>What the gateway knew of the publisher: the proof, then principal, traceparent and tracestate, each ended by a line feed.</summary>
    private const string OriginHeader = "fnmesh-origin";

    /// <summary>Of an event that stands in the log once more: for which subscription, and the partition and offset at which it was published. It counts with the proof alone.</summary>
    private const string ReplayHeader = "fnmesh-replay";

    private const string AttributePrefix = "ce_", ContentType = "content-type", StructuredPrefix = "application/cloudevents";

    public Message<byte[]?, byte[]?> Write(EventRecord record)
    {
        var headers = new Headers { { AttributePrefix + AttributeName.SpecVersion, Encoding.UTF8.GetBytes(AttributeName.SpokenVersion) } };
        foreach (var (name, value) in record.Attributes)
            headers.Add(name == AttributeName.ContentType ? ContentType : AttributePrefix + name, Encoding.UTF8.GetBytes(value));
        var known = Encoding.UTF8.GetBytes($"{record.Principal}\n{record.TraceParent}\n{record.TraceState}\n");
        headers.Add(OriginHeader, [.. key.Prove(record), .. known]);
        if (record.Replay is { } again) headers.Add(ReplayHeader, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{again.Subscription}\n{again.Lane}\n{again.Origin}")));
        return new() { Key = KeyOf(record), Value = record.Data.IsEmpty ? null : record.Data.ToArray(), Headers = headers };
    }

    /// <param name="topic">Where it was read.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="message">The record.</param>
    public EventRecord Read(string topic, int partition, long offset, Message<byte[]?, byte[]?> message)
    {
        var record = ReadEvent(message) is { } parsed ? parsed.ToRecord(Principals.Anonymous, parsed["traceparent"] ?? "", parsed["tracestate"]) : Raw(topic, partition, offset, message);
        return Origin(message, record) ?? record;
    }

    /// <summary>Events of one key are in one partition: of one <c>partitionkey</c>, or else the same event again.</summary>
    private static byte[] KeyOf(EventRecord record) =>
        Encoding.UTF8.GetBytes(record["partitionkey"] is { Length: > 0 } partition ? partition : $"{record.Source} {record.Id}");

    private static ParsedEvent? ReadEvent(Message<byte[]?, byte[]?> message)
    {
        var type = message.Headers is not null && message.Headers.TryGetLastBytes(ContentType, out var bytes) ? Text(bytes) : null;
        if (type is not null && type.StartsWith(StructuredPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var reading = CloudEventReader.Read(type, [], message.Value ?? [], EventLimits.Default);
            return reading.Mode == ContentMode.Structured && reading.Events.Count == 1 ? reading.Events[0] : null;
        }

        if (message.Headers is null) return null;
        var attributes = new AttributeSet(EventLimits.Default);
        foreach (var header in message.Headers)
        {
            var isType = header.Key.Equals(ContentType, StringComparison.OrdinalIgnoreCase);
            if (!isType && !header.Key.StartsWith(AttributePrefix, StringComparison.Ordinal)) continue;
            var name = isType ? AttributeName.ContentType : header.Key[AttributePrefix.Length..];
            if ((!isType && (name == AttributeName.ContentType || name == "data" || !AttributeName.IsValid(name))) || Text(header.GetValueBytes()) is not { } value || attributes.Add(name, value) is not null) return null;
        }

        return attributes.Finish(message.Value ?? [], out var parsed) is null ? parsed : null;
    }

    private EventRecord? Origin(Message<byte[]?, byte[]?> message, EventRecord record)
    {
        if (message.Headers is null || !message.Headers.TryGetLastBytes(OriginHeader, out var origin) || origin.Length <= RecordKey.ProofLength) return null;
        if (Text(origin.AsSpan(RecordKey.ProofLength).ToArray())?.Split('\n') is not [{ Length: > 0 } principal, var parent, var state, ""]) return null;
        var proven = new EventRecord
        {
            Attributes = record.Attributes,
            Data = record.Data,
            Principal = principal,
            TraceParent = parent,
            TraceState = state.Length == 0 ? null : state,
            Replay = Replayed(message),
        };
        return key.Proves(origin.AsSpan(0, RecordKey.ProofLength), proven) ? proven : null;
    }

    private static ReplayMark? Replayed(Message<byte[]?, byte[]?> message)
    {
        if (!message.Headers.TryGetLastBytes(ReplayHeader, out var bytes) || Text(bytes)?.Split('\n') is not [{ Length: > 0 } subscription, var written, var place]) return null;
        int? lane = int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var origin) ? new(subscription, origin, lane) : null;
    }

    private static EventRecord Raw(string topic, int partition, long offset, Message<byte[]?, byte[]?> message)
    {
        List<KeyValuePair<string, string>> attributes =
        [
            new("id", string.Create(CultureInfo.InvariantCulture, $"{partition}-{offset}")),
            new("source", $"/kafka/{Uri.EscapeDataString(topic)}"),
            new("type", RawType),
            new("time", message.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ];
        if (message.Key is { Length: > 0 } bytes) attributes.Add(new("partitionkey", Text(bytes) ?? Convert.ToHexStringLower(bytes)));
        if (message.Headers is not null && message.Headers.TryGetLastBytes(ContentType, out var type) && Text(type) is { Length: > 0 } text && MediaType.TryParse(text, out _))
            attributes.Add(new(AttributeName.ContentType, text));
        return new EventRecord { Attributes = attributes, Data = message.Value ?? [], Principal = Principals.Anonymous, TraceParent = "" };
    }

    /// <returns>Null when it is no UTF-8.</returns>
    private static string? Text(byte[]? bytes) => bytes is not null && System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
}
