namespace FnMesh.Gateway.Events;

/// <summary>What an HTTP message came to: events, or a fault, never both.</summary>
/// <param name="Mode">How the message carries events; <see cref="ContentMode.None"/> when it carries none, which is a fault only where an event is expected.</param>
/// <param name="Events">All events, in order. Empty for an empty batch and with every fault: a batch is taken whole or refused whole.</param>
/// <param name="Fault">Null when the message was read.</param>
internal readonly record struct EventReading(ContentMode Mode, IReadOnlyList<ParsedEvent> Events, EventFault? Fault)
{
    public static EventReading Of(ContentMode mode, IReadOnlyList<ParsedEvent> events) => new(mode, events, null);

    public static EventReading Of(ContentMode mode, EventFault fault) => new(mode, [], fault);
}
