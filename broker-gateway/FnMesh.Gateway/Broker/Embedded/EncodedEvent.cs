using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>An event ready for the log; made on the publisher's thread, so that the writer only stores.</summary>
internal readonly record struct EncodedEvent(EventRecord Record, DateTimeOffset Received, byte[] Attributes, long Size, EventKeys Keys)
{
    public static EncodedEvent[] All(IReadOnlyList<EventRecord> records, DateTimeOffset received)
    {
        if (records.Count == 0) return [];
        var events = new EncodedEvent[records.Count];
        for (var i = 0; i < events.Length; i++) events[i] = new(records[i], received, EventBytes.Encode(records[i]), EventSize.Of(records[i]), EventKeys.Of(records[i]));
        return events;
    }
}
