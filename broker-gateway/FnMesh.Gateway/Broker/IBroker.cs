using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker;

/// <summary>
/// A durable log of events with the progress of each subscription. Every method completes only when its effect survives a crash,
/// and never blocks its caller. All implementations pass the same conformance suite.
/// </summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>Appends all events or none, in order, next to one another.</summary>
    /// <returns>The first event's offset, or null when the broker has too much waiting already: nothing was stored, and trying later may help.</returns>
    ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel);

    /// <summary>Registers a subscription, at the end of the log, or finds the progress it had.</summary>
    ValueTask<SubscriptionProgress> OpenAsync(string subscription, CancellationToken cancel);

    /// <summary>Reads events in order from an offset on: at least one if there is one, and no more than either bound.</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel);

    /// <summary>Completes when an event at or after an offset is durable; at once if one is.</summary>
    ValueTask WaitAsync(long offset, CancellationToken cancel);

    /// <summary>Records what became of an event for a subscription; a settlement's reply events are stored in the same step.</summary>
    ValueTask SettleAsync(string subscription, Settlement settlement, CancellationToken cancel);

    /// <summary>Events for people, newest first.</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel);

    /// <summary>Dead letters for people, newest first.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel);
}
