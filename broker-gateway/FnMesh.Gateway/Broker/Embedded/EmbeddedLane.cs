namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>The one lane of an embedded log. It never leaves: when the log is taken over deliveries are stopped first.</summary>
/// <param name="broker">The log.</param>
/// <param name="subscription">Whose progress.</param>
/// <param name="registered">What was found when the subscription was registered.</param>
internal sealed class EmbeddedLane(EmbeddedBroker broker, string subscription, SubscriptionProgress registered) : ILane
{
    private SubscriptionProgress? _registered = registered;

    public int Number => 0;

    public long First => broker.First;

    public long End => broker.End;

    public CancellationToken Leaving => CancellationToken.None;

    public ValueTask<SubscriptionProgress> OpenAsync(CancellationToken cancel) =>
        Interlocked.Exchange(ref _registered, null) is { } first ? new(first) : broker.RegisterAsync(subscription, null, cancel);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel) => broker.ReadAsync(from, maxEvents, maxBytes, cancel);

    public ValueTask WaitAsync(long offset, CancellationToken cancel) => broker.WaitAsync(offset, cancel);

    public ValueTask SettleAsync(Settlement settlement, CancellationToken cancel) => broker.SettleAsync(subscription, settlement, cancel);

    public ValueTask DisposeAsync() => default;
}
