using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker;

/// <summary>An event in the log.</summary>
/// <param name="Offset">Its place in its lane; later events have larger ones.</param>
/// <param name="Received">When the gateway took it.</param>
/// <param name="Event">The event.</param>
internal sealed record StoredEvent(long Offset, DateTimeOffset Received, EventRecord Event)
{
    /// <summary>The lane in which the offset is its place: <see cref="ILane.Number"/>; null where the broker has one alone.</summary>
    public int? Lane { get; init; }
}
