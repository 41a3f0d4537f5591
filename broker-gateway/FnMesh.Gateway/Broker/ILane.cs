namespace FnMesh.Gateway.Broker;

/// <summary>
/// A line of stored events with one subscription's progress in it. Events of one partition key are in one lane. While it is this gateway's nobody else delivers the subscription from it.
/// Disposing says that nothing of it is in flight any more: then it may become another gateway's.
/// </summary>
internal interface ILane : IAsyncDisposable
{
    /// <summary>Which of the broker's lines: 0 is the first.</summary>
    int Number { get; }

    /// <summary>Events before this offset are no longer kept, as far as is known. Never moves back.</summary>
    long First { get; }

    /// <summary>The offset that the next event gets, as far as is known; every event before it is durable. Never moves back.</summary>
    long End { get; }

    /// <summary>Cancelled when the lane is to become another gateway's, or has become that: nothing new may begin, what is in flight may end for a short time, and then it is disposed of.</summary>
    CancellationToken Leaving { get; }

    /// <summary>Finds the progress that is stored. Asked first, and again after a settlement failed.</summary>
    ValueTask<SubscriptionProgress> OpenAsync(CancellationToken cancel);

    /// <summary>Reads events in order from an offset on: at least one if there is one, and no more than either bound (bytes as in <see cref="EventSize"/>).</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel);

    /// <summary>Completes when an event at or after an offset is durable; at once if one is.</summary>
    ValueTask WaitAsync(long offset, CancellationToken cancel);

    /// <summary>
    /// Records what became of an event; a settlement's reply events are stored before it completes, in the same step where the broker can. Never refused for load.
    /// Settlements are recorded in the order of the calls, each standing on those before it: once one fails,
    /// all later ones fail too, until the lane is opened again and its progress is read anew.
    /// </summary>
    ValueTask SettleAsync(Settlement settlement, CancellationToken cancel);
}
