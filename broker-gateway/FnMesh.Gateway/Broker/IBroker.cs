using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Broker;

/// <summary>
/// A durable log of events with the progress of each subscription. Every method completes only when its effect survives a crash,
/// and never blocks its caller. All implementations pass the same conformance suite.
/// </summary>
/// <remarks>
/// Cancelling ends the waiting, not the work: what was handed over before is stored whole or not at all, and the caller cannot know which.
/// Storage that fails (a full disk, a broken file) is a <see cref="BrokerException"/>; nothing of what it reports on was stored.
/// </remarks>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>Events before this offset are no longer kept. Never moves back.</summary>
    long First { get; }

    /// <summary>The offset that the next event gets; every event before it is durable. Never moves back.</summary>
    long End { get; }

    /// <summary>Appends all events or none, in order, next to one another. The broker keeps the records: their memory must not change afterwards.</summary>
    /// <returns>The first event's offset, or null when the broker has too much waiting already: nothing was stored, and trying later may help.</returns>
    /// <exception cref="ArgumentException">There is no event.</exception>
    ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel);

    /// <summary>Registers a subscription, or finds the progress it had.</summary>
    /// <param name="subscription">Its name.</param>
    /// <param name="start">Where one that is new begins, never beyond the end of the log; null at its end.</param>
    /// <param name="cancel">Ends the waiting.</param>
    ValueTask<SubscriptionProgress> OpenAsync(string subscription, StartEntry? start, CancellationToken cancel);

    /// <summary>Reads events in order from an offset on: at least one if there is one, and no more than either bound (bytes as in <see cref="EventSize"/>).</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel);

    /// <summary>The first event that was received at an instant or later; <see cref="End"/> when there is none.</summary>
    ValueTask<long> FindAsync(DateTimeOffset time, CancellationToken cancel);

    /// <summary>Completes when an event at or after an offset is durable; at once if one is.</summary>
    ValueTask WaitAsync(long offset, CancellationToken cancel);

    /// <summary>
    /// Records what became of an event for a subscription; a settlement's reply events are stored in the same step. Never refused for load.
    /// Settlements of one subscription are recorded in the order of the calls, each standing on those before it: once one fails,
    /// all later ones fail too, until the subscription is opened again and its progress is read anew.
    /// </summary>
    ValueTask SettleAsync(string subscription, Settlement settlement, CancellationToken cancel);

    /// <summary>Events for people, newest first.</summary>
    ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel);

    /// <summary>Dead letters for people, newest first, or oldest first after one.</summary>
    ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel);

    /// <summary>Removes dead letters; the event that one of them was may be appended in the same step, when all of them were there.</summary>
    /// <returns>How many were there.</returns>
    ValueTask<int> RemoveLettersAsync(IReadOnlyList<long> letters, EventRecord? again, CancellationToken cancel);

    /// <summary>
    /// Appends events that a replay puts into the log again, removes the dead letters that they were, and stores how far the replay is, in one step.
    /// Letters are as many as events, or none; an event whose letter is no longer there is neither appended nor counted.
    /// A replay of the number 0 gets one. Of those that have ended the last hundred are remembered.
    /// </summary>
    /// <returns>The replay as it is stored.</returns>
    ValueTask<Replay> RepeatAsync(Replay replay, IReadOnlyList<EventRecord> events, IReadOnlyList<long> letters, CancellationToken cancel);

    /// <summary>Replays, newest first.</summary>
    ValueTask<IReadOnlyList<Replay>> ListReplaysAsync(CancellationToken cancel);
}
