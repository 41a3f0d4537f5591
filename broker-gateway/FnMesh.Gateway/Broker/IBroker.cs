using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Broker;

/// <summary>
/// Keeps events durably, and for each subscription how far it is. What a subscription reads is one or several <see cref="ILane"/>s.
/// Every method completes only when its effect survives a crash, and never blocks its caller. All implementations pass the same conformance suite.
/// </summary>
/// <remarks>
/// Cancelling ends the waiting, not the work: what was handed over before is stored whole or not at all, and the caller cannot know which.
/// Storage that fails (a full disk, a broken file, no broker in the network) is a <see cref="BrokerException"/>.
/// </remarks>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>
    /// Appends events. Those of one lane keep their order. With one lane all are stored or none, next to one another; with several a failure may leave
    /// some of them stored, so that publishing again stores those twice. The broker keeps the records: their memory must not change afterwards.
    /// </summary>
    /// <returns>The first event's offset in its lane, or null when the broker has too much waiting already: nothing was stored, and trying later may help.</returns>
    /// <exception cref="ArgumentException">There is no event.</exception>
    ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel);

    /// <summary>Registers a subscription, unless it has a place already; then yields the lanes that it may deliver from here.</summary>
    /// <param name="subscription">Its name.</param>
    /// <param name="start">Where one that is new begins, never beyond the end of a lane; null at its end.</param>
    /// <param name="cancel">Ends the waiting.</param>
    ValueTask<ILanes> OpenAsync(string subscription, StartEntry? start, CancellationToken cancel);

    /// <summary>The same, with the lanes of a topic that others write to before those of the log, in which only what is replayed for the subscription concerns it.</summary>
    /// <exception cref="BrokerException">There is no such topic, or the broker has none.</exception>
    ValueTask<ILanes> OpenTopicAsync(string topic, string subscription, StartEntry? start, CancellationToken cancel);

    /// <summary>What each lane holds now that was received within a time, in the order of the lanes.</summary>
    /// <param name="from">From the first event that was received then or later; null from the first that is kept.</param>
    /// <param name="to">Up to the first event that was received then or later; null up to the end.</param>
    /// <param name="cancel">Ends the waiting.</param>
    ValueTask<IReadOnlyList<LaneRange>> RangesAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancel);

    /// <summary>As <see cref="ILane.ReadAsync"/>, of any lane, for whoever delivers nothing from it.</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(int lane, long from, int maxEvents, long maxBytes, CancellationToken cancel);

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
