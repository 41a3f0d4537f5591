using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker;

/// <summary>An event in the log.</summary>
/// <param name="Offset">Its place; 1 is the first, and later events have larger ones.</param>
/// <param name="Received">When the gateway took it.</param>
/// <param name="Event">The event.</param>
internal sealed record StoredEvent(long Offset, DateTimeOffset Received, EventRecord Event);
