using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Broker;

/// <summary>A real broker whose faults are the test's.</summary>
internal sealed class FaultyBroker(EmbeddedBroker broker) : IBroker
{
    private readonly List<string> _opened = [];
    private bool _closed;

    /// <summary>Asked before a subscription or its lane is opened; may wait or throw.</summary>
    public Func<string, Task> Opening { get; set; } = static _ => Task.CompletedTask;

    /// <summary>From now on settlements fail, until the lane is opened again.</summary>
    public void FailSettlements() => _closed = true;

    /// <summary>How often a replay was stored.</summary>
    public int Repeats { get; private set; }

    /// <summary>Names, in order of their opening.</summary>
    public IReadOnlyList<string> Opened => _opened;

    public async ValueTask<ILanes> OpenAsync(string subscription, StartEntry? start, CancellationToken cancel)
    {
        await Opening(subscription);
        _opened.Add(subscription);
        return new Lanes(this, subscription, await broker.OpenAsync(subscription, start, cancel));
    }

    public ValueTask<ILanes> OpenTopicAsync(string topic, string subscription, StartEntry? start, CancellationToken cancel) => broker.OpenTopicAsync(topic, subscription, start, cancel);

    /// <summary>What is stored.</summary>
    public ValueTask<SubscriptionProgress> RegisterAsync(string subscription, CancellationToken cancel) => broker.RegisterAsync(subscription, null, cancel);

    public ValueTask<IReadOnlyList<LaneRange>> RangesAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancel) => broker.RangesAsync(from, to, cancel);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(int lane, long from, int maxEvents, long maxBytes, CancellationToken cancel) => broker.ReadAsync(lane, from, maxEvents, maxBytes, cancel);


    public ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel) => broker.AppendAsync(events, cancel);

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

    private sealed class Lanes(FaultyBroker broker, string subscription, ILanes lanes) : ILanes
    {
        public async ValueTask<ILane> NextAsync(CancellationToken cancel) => new Lane(broker, subscription, await lanes.NextAsync(cancel));

        public ValueTask DisposeAsync() => lanes.DisposeAsync();
    }

    private sealed class Lane(FaultyBroker broker, string subscription, ILane lane) : ILane
    {
        public int Number => lane.Number;

        public long First => lane.First;

        public long End => lane.End;

        public CancellationToken Leaving => lane.Leaving;

        public async ValueTask<SubscriptionProgress> OpenAsync(CancellationToken cancel)
        {
            await broker.Opening(subscription);
            broker._closed = false;
            return await lane.OpenAsync(cancel);
        }

        public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel) => lane.ReadAsync(from, maxEvents, maxBytes, cancel);

        public ValueTask WaitAsync(long offset, CancellationToken cancel) => lane.WaitAsync(offset, cancel);

        public ValueTask SettleAsync(Settlement settlement, CancellationToken cancel) =>
            broker._closed ? ValueTask.FromException(new BrokerException("the disk is full")) : lane.SettleAsync(settlement, cancel);

        public ValueTask DisposeAsync() => lane.DisposeAsync();
    }
}
