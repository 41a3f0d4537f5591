using System.Threading.Channels;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Deliveries;

/// <summary>Lanes that come and go, each a real log.</summary>
public sealed class SubscriptionLanesTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Assigned _assigned = new();
    private readonly Channel<(string Id, TaskCompletionSource Answer)> _deliveries = Channel.CreateUnbounded<(string, TaskCompletionSource)>();
    private readonly TempDirectory[] _folders = [new(), new()];
    private readonly EmbeddedBroker[] _logs = new EmbeddedBroker[2];
    private SubscriptionLanes _subscription = null!;

    public async ValueTask InitializeAsync()
    {
        for (var n = 0; n < 2; n++) _logs[n] = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _folders[n].Path }, NullLoggerFactory.Instance, TimeProvider.System, Cancel);
        var entry = new SubscriptionEntry
        {
            Name = "s",
            Origin = new Origin("test.yaml", 1, 1),
            Types = [],
            Filters = [],
            Sink = new SinkEntry { Backends = [new BackendEntry { App = "sink", Weight = 1, Resilience = Some.Resilience }], Uri = "/" },
            Delivery = new() { Retry = 1, BackoffPolicy = BackoffPolicy.Linear, BackoffDelay = TimeSpan.FromSeconds(1), BackoffMax = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(9), Ordered = true, DeadLetter = true },
        };
        _subscription = new SubscriptionLanes(
            new SubscriptionRules(entry, static _ => true), _assigned,
            (rules, progress, lane) => SubscriptionRunner.Start(rules, progress, lane, DeliverAsync, () => true, Some.SubscriptionInstruments, NullLogger.Instance, TimeProvider.System),
            Some.SubscriptionInstruments, NullLogger.Instance, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _subscription.DisposeAsync();
        foreach (var log in _logs) await log.DisposeAsync();
        foreach (var folder in _folders) folder.Dispose();
    }

    [Fact]
    public async Task Each_lane_is_delivered_by_itself_and_a_lane_that_leaves_is_given_back_when_nothing_of_it_is_in_flight()
    {
        var (first, second) = (await AssignAsync(0), await AssignAsync(1));
        await _logs[0].AppendAsync([TestEvents.Of("a"), TestEvents.Of("b", key: "k"), TestEvents.Of("c", key: "k")], Cancel);
        var held = new[] { await NextAsync(), await NextAsync() };
        Assert.Equal(["a", "b"], held.Select(delivery => delivery.Id).Order());

        await first.LeaveAsync();
        await _logs[1].AppendAsync([TestEvents.Of("other")], Cancel);
        var other = await NextAsync();
        Assert.Equal("other", other.Id);
        Assert.False(first.GivenBack.IsCompleted);
        foreach (var delivery in held) delivery.Answer.SetResult();
        await first.GivenBack.WaitAsync(Patience, Cancel);
        Assert.Equal(3, (await _logs[0].RegisterAsync("s", null, Cancel)).Cursor);

        other.Answer.SetResult();
        Assert.False(second.GivenBack.IsCompleted);
        await _subscription.StopAsync(Cancel).WaitAsync(Patience, Cancel);
        await second.GivenBack.WaitAsync(Patience, Cancel);
        Assert.False(_deliveries.Reader.TryPeek(out _));
    }

    private async Task<Lane> AssignAsync(int number)
    {
        var lane = new Lane(await (await _logs[number].OpenAsync("s", null, Cancel)).NextAsync(Cancel), number);
        await _assigned.Lanes.Writer.WriteAsync(lane, Cancel);
        return lane;
    }

    private async Task<(string Id, TaskCompletionSource Answer)> NextAsync() => await _deliveries.Reader.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);

    private async ValueTask<DeliveryResult?> DeliverAsync(string subscription, StoredEvent stored, int number, string? revision, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _deliveries.Writer.WriteAsync((stored.Event.Id, answer), cancel);
        await answer.Task.WaitAsync(cancel);
        return new DeliveryResult(Outcome.Answered(200), "sink", [], [], default);
    }

    private sealed class Assigned : ILanes
    {
        public Channel<ILane> Lanes { get; } = Channel.CreateUnbounded<ILane>();

        public ValueTask<ILane> NextAsync(CancellationToken cancel) => Lanes.Reader.ReadAsync(cancel);

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Lane(ILane lane, int number) : ILane
    {
        private readonly CancellationTokenSource _leaving = new();
        private readonly TaskCompletionSource _givenBack = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task GivenBack => _givenBack.Task;

        public int Number => number;

        public long First => lane.First;

        public long End => lane.End;

        public CancellationToken Leaving => _leaving.Token;

        public Task LeaveAsync() => _leaving.CancelAsync();

        public ValueTask<SubscriptionProgress> OpenAsync(CancellationToken cancel) => lane.OpenAsync(cancel);

        public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel) => lane.ReadAsync(from, maxEvents, maxBytes, cancel);

        public ValueTask WaitAsync(long offset, CancellationToken cancel) => lane.WaitAsync(offset, cancel);

        public ValueTask SettleAsync(Settlement settlement, CancellationToken cancel) => lane.SettleAsync(settlement, cancel);

        public ValueTask DisposeAsync()
        {
            _givenBack.TrySetResult();
            _leaving.Dispose();
            return lane.DisposeAsync();
        }
    }
}
