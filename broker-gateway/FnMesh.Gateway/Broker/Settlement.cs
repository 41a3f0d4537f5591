using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker;

/// <summary>What became of one event for one subscription.</summary>
/// <param name="Offset">The event.</param>
/// <param name="Cursor">The subscription's cursor once this is recorded; never moves back.</param>
internal abstract record Settlement(long Offset, long Cursor)
{
    /// <summary>Delivered, or dropped on purpose. Reply events are appended with it or not at all.</summary>
    public sealed record Done(long Offset, long Cursor, IReadOnlyList<EventRecord> Replies) : Settlement(Offset, Cursor);

    /// <summary>To be tried again later, or behind an event that is.</summary>
    public sealed record Parked(ParkedEvent Event, long Cursor) : Settlement(Event.Offset, Cursor);

    /// <summary>Given up, and kept with the reasons.</summary>
    public sealed record DeadLettered(DeadLetter Letter, long Cursor) : Settlement(Letter.Offset, Cursor);

    /// <summary>Nothing but the cursor moves: the events up to it were not for this subscription.</summary>
    public sealed record Skipped(long Cursor) : Settlement(Cursor - 1, Cursor);
}
