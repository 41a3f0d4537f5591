using FnMesh.Gateway.Events;

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

    /// <summary>Registers a subscription, at the end of what is stored now, unless it has a place already; then yields the lanes that it may deliver from here.</summary>
    ValueTask<ILanes> OpenAsync(string subscription, CancellationToken cancel);

    /// <summary>Events for people, newest first.</summary>
    ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel);

    /// <summary>Dead letters for people, newest first.</summary>
    ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel);
}
