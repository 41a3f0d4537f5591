using System.Diagnostics.Metrics;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class SubscriptionRunnersTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.Runners");

    [Fact]
    public async Task A_subscription_that_cannot_be_registered_leaves_no_runner_of_another_behind()
    {
        var broker = new FailingBroker();
        await using var runners = new SubscriptionRunners(broker, (_, _, _, _) => default, () => null, new Instruments(_meter), NullLoggerFactory.Instance, TimeProvider.System);
        await ApplyAsync("old");

        broker.Refuses = "new";
        await Assert.ThrowsAsync<BrokerException>(() => ApplyAsync("new"));
        broker.Refuses = null;
        await ApplyAsync("old");

        Assert.Equal("old", Assert.Single(runners.States).Subscription);
        Assert.Equal(1, broker.Opened);

        async Task ApplyAsync(string subscription)
        {
            var table = Table(subscription);
            await runners.FollowAsync(table, await runners.RegisterAsync(table, Cancel));
        }
    }

    public void Dispose() => _meter.Dispose();

    private RoutingTable Table(string subscription)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", Yaml.App("app", new Uri("http://127.0.0.1:1")) + Yaml.Subscription(subscription, "t.x", "app"))]);
        return RoutingTableBinder.Bind(compiled.Snapshot!, EndpointSnapshot.Empty, new LiveState(null), new Instruments(_meter), new Randomness(1), TimeProvider.System);
    }

    /// <summary>An empty log that counts how often the subscription <c>old</c> was opened: each time for a runner of its own.</summary>
    private sealed class FailingBroker : IBroker
    {
        public string? Refuses { get; set; }

        public int Opened { get; private set; }

        public long End => 1;

        public ValueTask<SubscriptionProgress> OpenAsync(string subscription, CancellationToken cancel)
        {
            if (subscription == Refuses) throw new BrokerException("the disk is full");
            if (subscription == "old") Opened++;
            return new(new SubscriptionProgress(1, new HashSet<long>(), []));
        }

        public async ValueTask WaitAsync(long offset, CancellationToken cancel) => await Task.Delay(Timeout.Infinite, cancel);

        public ValueTask<long?> AppendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask SettleAsync(string subscription, Settlement settlement, CancellationToken cancel) => default;

        public ValueTask<Page<StoredEvent>> ListEventsAsync(EventQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
