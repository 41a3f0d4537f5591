using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Broker;

/// <summary>A real broker whose faults are the test's.</summary>
internal sealed class FaultyBroker(IBroker broker) : IBroker
{
    private readonly List<string> _opened = [];
    private bool _closed;

    /// <summary>Asked before a subscription is opened; may wait or throw.</summary>
    public Func<string, Task> Opening { get; set; } = static _ => Task.CompletedTask;

    /// <summary>From now on settlements fail, until the subscription is opened again.</summary>
    public void FailSettlements() => _closed = true;

    /// <summary>How often a replay was stored.</summary>
    public int Repeats { get; private set; }

    /// <summary>Names, in order of their opening.</summary>
    public IReadOnlyList<string> Opened => _opened;

    public long First => broker.First;

    public long End => broker.End;

    public async ValueTask<SubscriptionProgress> OpenAsync(string subscription, StartEntry? start, CancellationToken cancel)
    {
        await Opening(subscription);
        _closed = false;
        _opened.Add(subscription);
        return await broker.OpenAsync(subscription, start, cancel);
    }

    public async ValueTask SettleAsync(string subscription, Settlement settlement, CancellationToken cancel)
    {
        if (_closed) throw new BrokerException("the disk is full");
        await broker.SettleAsync(subscription, settlement, cancel);
    }

    public ValueTask<long> FindAsync(DateTimeOffset time, CancellationToken cancel) => broker.FindAsync(time, cancel);

    public ValueTask WaitAsync(long offset, CancellationToken cancel) => broker.WaitAsync(offset, cancel);

    public ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel) => broker.AppendAsync(events, cancel);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel) =>
        broker.ReadAsync(from, maxEvents, maxBytes, cancel);

    public ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel) => broker.ListEventsAsync(query, cancel);

    public ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel) => broker.ListDeadLettersAsync(query, cancel);

    public ValueTask<int> RemoveLettersAsync(IReadOnlyList<long> letters, EventRecord? again, CancellationToken cancel) => broker.RemoveLettersAsync(letters, again, cancel);

    public ValueTask<Replay> RepeatAsync(Replay replay, IReadOnlyList<EventRecord> events, IReadOnlyList<long> letters, CancellationToken cancel)
    {
        Repeats++;
        return broker.RepeatAsync(replay, events, letters, cancel);
    }

    public ValueTask<IReadOnlyList<Replay>> ListReplaysAsync(CancellationToken cancel) => broker.ListReplaysAsync(cancel);

    public ValueTask DisposeAsync() => broker.DisposeAsync();
}
