using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker;

/// <summary>What an event weighs against the bounds of queues, reads and lookahead.</summary>
internal static class EventSize
{
    private const int Overhead = 128;

    /// <summary>In bytes: the data, the attributes (a character counts as one), and a fixed share for what surrounds them.</summary>
    public static long Of(EventRecord record)
    {
        long size = Overhead + record.Data.Length;
        var attributes = record.Attributes;
        for (var i = 0; i < attributes.Count; i++) size += attributes[i].Key.Length + attributes[i].Value.Length;
        return size;
    }
}
