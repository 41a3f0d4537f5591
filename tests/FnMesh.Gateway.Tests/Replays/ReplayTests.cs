using System.Diagnostics.Metrics;
using FnMesh.Gateway.Admin;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Replays;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Deliveries;
using FnMesh.Policy;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Replays;

public sealed class ReplayTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Meter _meter = new("FnMesh.Gateway.Tests.Replays");
    private readonly TempDirectory _directory = new();
    private readonly ArmedTime _time = new();
    private TableSwitch _table = null!;
    private EmbeddedBroker _broker = null!;
    private ReplayRunner _runner = null!;

    public async ValueTask InitializeAsync()
    {
        _table = new TableSwitch(new Instruments(_meter), new Randomness(1), _time);
        _table.Swap(_table.Bind(PolicyCompiler.Compile([new PolicySource("mesh.yaml", """
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: orders }
            spec: { types: [ test.order ], sink: { uri: "http://outside.example/" } }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: copies }
            spec: { types: [ test.other ], sink: { uri: "http://outside.example/" } }
            """)]).Snapshot!));
        _broker = await OpenAsync();
        _runner = new ReplayRunner(_broker, () => _table.Current, NullLoggerFactory.Instance, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync();
        await _broker.DisposeAsync();
        _directory.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task What_the_filter_of_a_subscription_wants_is_appended_again_for_another_in_order_and_copies_are_not()
    {
        await _broker.AppendAsync([TestEvents.Of("a", "test.order"), TestEvents.Of("b", "test.other"), TestEvents.Of("c", "test.order"), TestEvents.Of("d", "test.order").Again("orders", 1)], default);
        await _runner.StartAsync(new ReplayWish(ReplaySource.Events, "orders", "copies", 1, _broker.End), default);
        await _broker.WaitAsync(6, default).AsTask().WaitAsync(Patience);
        var again = await _broker.ReadAsync(5, 10, long.MaxValue, default);
        Assert.Equal([("a", "copies", 1L), ("c", "copies", 3L)], again.Select(stored => (stored.Event.Id, stored.Event.Replay!.Subscription, stored.Event.Replay.Origin)));
        Assert.Equal(("done", 2), await EndedAsync());
    }

    [Fact]
    public async Task A_rate_bounds_how_many_are_appended_in_a_second()
    {
        await _broker.AppendAsync([.. Enumerable.Range(0, 40).Select(n => TestEvents.Of($"{n}", "test.order"))], default);
        await _runner.StartAsync(new ReplayWish(ReplaySource.Events, "orders", null, 1, _broker.End, Rate: 40), default);
        for (var beat = 1; beat < 4; beat++)
        {
            var waits = await WaitsAsync();
            Assert.Equal(TimeSpan.FromMilliseconds(250), waits);
            Assert.Equal(40 + beat * 10, _broker.End - 1);
            _time.Advance(waits);
        }

        Assert.Equal(("done", 40), await EndedAsync());
    }

    [Fact]
    public async Task A_replay_that_a_gateway_left_goes_on_in_the_next_one_and_repeats_nothing()
    {
        await _broker.AppendAsync([.. Enumerable.Range(0, 40).Select(n => TestEvents.Of($"{n}", "test.order"))], default);
        await _runner.StartAsync(new ReplayWish(ReplaySource.Events, "orders", null, 1, _broker.End, Rate: 40), default);
        await WaitsAsync();
        await _runner.DisposeAsync();
        await _broker.DisposeAsync();
        _broker = await OpenAsync();
        Assert.Equal(50, _broker.End - 1);
        _runner = new ReplayRunner(_broker, () => _table.Current, NullLoggerFactory.Instance, _time);
        _runner.Begin();
        for (var beat = 2; beat < 4; beat++) _time.Advance(await WaitsAsync());
        Assert.Equal(("done", 40), await EndedAsync());
        Assert.Equal(Enumerable.Range(0, 40).Select(n => $"{n}"), (await _broker.ReadAsync(41, 100, long.MaxValue, default)).Select(stored => stored.Event.Id));
    }

    [Fact]
    public async Task Dead_letters_that_are_redriven_leave_oldest_first_and_those_of_others_stay()
    {
        await _broker.RegisterAsync("orders", null, default);
        await _broker.RegisterAsync("copies", null, default);
        await _broker.AppendAsync([TestEvents.Of("x")], default);
        foreach (var name in (string[])["orders", "copies", "orders"]) await _broker.SettleAsync(name, new Settlement.DeadLettered(BrokerConformance.Letter(name, 1), 1), default);
        var wish = new ReplayWish(ReplaySource.DeadLetters, "orders", null, 1, 4);
        Assert.Equal((2, true), await new ReplayRun(_broker, () => _table.Current, _time).CountAsync(wish, 1_000, default));
        await _runner.StartAsync(wish, default);
        Assert.Equal(("done", 2), await EndedAsync());
        Assert.Equal("copies", Assert.Single((await _broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items).Subscription);
        Assert.Equal(["orders", "orders"], (await _broker.ReadAsync(2, 9, long.MaxValue, default)).Select(stored => stored.Event.Replay!.Subscription));
    }

    [Fact]
    public async Task A_replay_that_is_stopped_ends_and_says_so()
    {
        await _broker.AppendAsync([TestEvents.Of("a", "test.order"), TestEvents.Of("b", "test.order")], default);
        var replay = await _runner.StartAsync(new ReplayWish(ReplaySource.Events, "orders", null, 1, _broker.End, Rate: 1), default);
        await WaitsAsync();
        await _runner.StopAsync(replay!.Number);
        Assert.Equal(("stopped", 1), await EndedAsync());
    }

    [Fact]
    public async Task Dead_letters_of_a_subscription_that_is_not_in_the_policy_stay_where_they_are()
    {
        await _broker.RegisterAsync("gone", null, default);
        await _broker.RegisterAsync("copies", null, default);
        await _broker.AppendAsync([TestEvents.Of("x")], default);
        foreach (var name in (string[])["gone", "copies", "gone"]) await _broker.SettleAsync(name, new Settlement.DeadLettered(BrokerConformance.Letter(name, 1), 1), default);
        var wish = new ReplayWish(ReplaySource.DeadLetters, null, null, 1, 4);
        Assert.Equal((1, true), await new ReplayRun(_broker, () => _table.Current, _time).CountAsync(wish, 1_000, default));
        await _runner.StartAsync(wish, default);
        Assert.Equal(("done", 1), await EndedAsync());
        Assert.Equal(["gone", "gone"], (await _broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items.Select(letter => letter.Subscription));
        Assert.Equal("copies", Assert.Single(await _broker.ReadAsync(2, 9, long.MaxValue, default)).Event.Replay!.Subscription);
    }

    [Fact]
    public async Task A_replay_whose_subscription_leaves_the_policy_ends_and_says_so()
    {
        await _broker.AppendAsync([TestEvents.Of("a", "test.order")], default);
        await _runner.StartAsync(new ReplayWish(ReplaySource.Events, "orders", "gone", 1, _broker.End), default);
        var (end, events) = await EndedAsync();
        Assert.Equal(0, events);
        Assert.Contains("'gone'", end);
        Assert.Equal(2, _broker.End);
    }

    [Fact]
    public async Task Where_nothing_is_wanted_a_replay_is_not_stored_at_each_look()
    {
        for (var batch = 0; batch < 10; batch++) await _broker.AppendAsync([.. Enumerable.Range(0, 1_000).Select(n => TestEvents.Of($"{n}", "test.other"))], default);
        var counting = new FaultyBroker(_broker);
        var ended = await new ReplayRun(counting, () => _table.Current, _time).RunAsync(new Replay(new ReplayWish(ReplaySource.Events, "orders", null, 1, _broker.End), _time.GetUtcNow(), Place: 1), default);
        Assert.Equal(("done", 0L, 1), (ended.End, ended.Events, counting.Repeats));
    }

    [Fact]
    public async Task A_misspelt_subscription_is_told_with_the_nearest()
    {
        var (_, fault) = await new ReplayWishes(_broker, () => _table.Current).ReadAsync(new ReplayBody { Source = "events", Subscription = "order" }, default);
        Assert.Equal("there is no Subscription 'order' in the policy; did you mean 'orders'?", fault);
    }

    [Fact]
    public async Task No_more_replays_run_at_once_than_the_bound_says()
    {
        await _broker.AppendAsync([TestEvents.Of("a", "test.order"), TestEvents.Of("b", "test.order")], default);
        var started = await Task.WhenAll(Enumerable.Range(0, 2 * ReplayRunner.MaxRunning).Select(_ => _runner.StartAsync(new ReplayWish(ReplaySource.Events, "orders", null, 1, 3, Rate: 1), default)));
        Assert.Equal(ReplayRunner.MaxRunning, started.Count(static replay => replay is not null));
    }

    private Task<EmbeddedBroker> OpenAsync() => EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, _time, default);

    /// <summary>How long the replay waits after what it has stored; the minute of retention is none of it.</summary>
    private async Task<TimeSpan> WaitsAsync()
    {
        while (true)
        {
            if (await _time.ArmedAsync() is var armed && armed < TimeSpan.FromSeconds(30)) return armed;
        }
    }

    private async Task<(string End, int Events)> EndedAsync()
    {
        await _runner.IdleAsync().WaitAsync(Patience);
        var replay = (await _broker.ListReplaysAsync(default))[0];
        return (replay.End ?? "", (int)replay.Events);
    }
}
