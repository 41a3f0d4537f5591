using System.Diagnostics.Metrics;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests;

public sealed class LivePolicyTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.LivePolicy");
    private readonly TempDirectory _directory = new();
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FaultyBroker _broker = null!;
    private TableSwitch _table = null!;
    private SubscriptionRunners _runners = null!;
    private LivePolicy _live = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = new FaultyBroker(await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, TimeProvider.System, Cancel));
        var instruments = new Instruments(_meter);
        _table = new TableSwitch(instruments, new Randomness(1), TimeProvider.System);
        _runners = new SubscriptionRunners(_broker, static (_, _, _, _, _) => default, () => _table.Current, instruments, NullLoggerFactory.Instance, TimeProvider.System);
        _live = new LivePolicy(_table, _runners);
    }

    public async ValueTask DisposeAsync()
    {
        _goOn.TrySetResult();
        await _live.DisposeAsync();
        await _broker.DisposeAsync();
        _directory.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task A_subscription_that_cannot_be_registered_leaves_everything_as_it_was()
    {
        var (old, next) = (Policy("old"), Policy("old", "fine", "new"));
        await _live.ApplyAsync(old, Cancel);
        _broker.Opening = static name => name == "new" ? throw new BrokerException("the disk is full") : Task.CompletedTask;

        await Assert.ThrowsAsync<BrokerException>(() => _live.ApplyAsync(next, Cancel));
        Assert.Equal((old.Hash, "old"), (_table.Current?.Version, Running()));

        _broker.Opening = static _ => Task.CompletedTask;
        await _live.ApplyAsync(next, Cancel);
        Assert.Equal((next.Hash, "fine new old"), (_table.Current?.Version, Running()));
        Assert.Single(_broker.Opened, "old");
    }

    [Fact]
    public async Task A_policy_is_live_once_its_subscriptions_are_registered_and_with_the_endpoints_that_came_meanwhile()
    {
        HoldOpening();
        var policy = Policy("one");
        var applying = _live.ApplyAsync(policy, Cancel);
        await _waiting.Task.WaitAsync(Patience, Cancel);
        Assert.Null(_table.Current);

        _live.Apply(new EndpointSnapshot([new RevisionEndpoints("app", "app-v1", true, [new Uri("http://127.0.0.1:1")])]));
        _goOn.TrySetResult();
        await applying.WaitAsync(Patience, Cancel);

        Assert.Equal(policy.Hash, _table.Current?.Version);
        Assert.NotNull(_table.Current?.Reachable("one"));
    }

    [Fact]
    public async Task Of_two_policies_at_once_the_latest_wins()
    {
        HoldOpening();
        var (first, second) = (Policy("one"), Policy("two"));
        var applying = new[] { _live.ApplyAsync(first, Cancel), _live.ApplyAsync(second, Cancel) };
        await _waiting.Task.WaitAsync(Patience, Cancel);
        _goOn.TrySetResult();
        await Task.WhenAll(applying).WaitAsync(Patience, Cancel);

        Assert.Equal((second.Hash, "two"), (_table.Current?.Version, Running()));
    }

    [Fact]
    public async Task A_policy_that_is_given_up_changes_nothing_and_holds_up_nobody()
    {
        HoldOpening();
        using var given = new CancellationTokenSource();
        var first = _live.ApplyAsync(Policy("one"), Cancel);
        var second = _live.ApplyAsync(Policy("two"), given.Token);
        var third = _live.ApplyAsync(Policy("three"), Cancel);
        await _waiting.Task.WaitAsync(Patience, Cancel);
        await given.CancelAsync();
        _goOn.TrySetResult();

        await first.WaitAsync(Patience, Cancel);
        await Assert.ThrowsAsync<OperationCanceledException>(() => second.WaitAsync(Patience, Cancel));
        await third.WaitAsync(Patience, Cancel);
        Assert.Equal(["one", "three"], _broker.Opened);
    }

    [Fact]
    public async Task Closing_waits_for_a_policy_on_its_way_and_lets_none_follow()
    {
        HoldOpening();
        var applying = _live.ApplyAsync(Policy("one"), Cancel);
        await _waiting.Task.WaitAsync(Patience, Cancel);
        var closing = _live.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _live.ApplyAsync(Policy("two"), Cancel));
        _goOn.TrySetResult();
        await closing.WaitAsync(Patience, Cancel);
        await applying;
    }

    [Fact]
    public async Task A_policy_that_comes_while_deliveries_stop_starts_none()
    {
        HoldOpening();
        var applying = _live.ApplyAsync(Policy("one"), Cancel);
        await _waiting.Task.WaitAsync(Patience, Cancel);
        await _runners.StopAsync(Cancel);
        _goOn.TrySetResult();
        await applying.WaitAsync(Patience, Cancel);

        Assert.Empty(_runners.States);
    }

    private void HoldOpening() => _broker.Opening = async _ =>
    {
        _waiting.TrySetResult();
        await _goOn.Task;
    };

    private string Running() => string.Join(' ', _runners.States.Select(state => state.Subscription).Order());

    private static PolicySnapshot Policy(params string[] subscriptions)
    {
        var yaml = Yaml.App("app", new Uri("http://127.0.0.1:1")) + string.Concat(subscriptions.Select(name => Yaml.Subscription(name, "t.x", "app")));
        return PolicyCompiler.Compile([new PolicySource("policy.yaml", yaml)]).Snapshot!;
    }
}
