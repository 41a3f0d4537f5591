using System.Diagnostics.Metrics;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>A gateway's deliveries of one subscription: the real runners on a Kafka broker of their own.</summary>
internal sealed class Member : IAsyncDisposable
{
    private readonly Meter _meter = new("FnMesh.Gateway.Kafka.Tests");
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SubscriptionLanes _deliveries;

    private Member(KafkaBroker broker, ILanes lanes, Func<StoredEvent, int, ValueTask<Outcome>> subscriber)
    {
        Broker = broker;
        var instruments = new Instruments(_meter).Subscription("s");
        _deliveries = new SubscriptionLanes(
            new SubscriptionRules(Entry, static _ => true), new Told(lanes, _joined),
            (rules, progress, lane) => SubscriptionRunner.Start(rules, progress, lane, DeliverAsync, static () => true, instruments, NullLogger.Instance, TimeProvider.System),
            instruments, NullLogger.Instance, TimeProvider.System);

        async ValueTask<DeliveryResult?> DeliverAsync(string subscription, StoredEvent stored, int number, string? revision, CancellationToken cancel) =>
            new(await subscriber(stored, number), "http://sink/", [], [], default);
    }

    public KafkaBroker Broker { get; }

    /// <summary>Completes when a lane is this gateway's.</summary>
    public Task Joined => _joined.Task;

    private static SubscriptionEntry Entry => new()
    {
        Name = "s",
        Origin = new Origin("test.yaml", 1, 1),
        Types = [],
        Filters = [],
        Sink = new SinkEntry { Backends = [], Uri = "http://sink/" },
        Delivery = new()
        {
            Retry = 20,
            BackoffPolicy = BackoffPolicy.Linear,
            BackoffDelay = TimeSpan.FromMilliseconds(300),
            BackoffMax = TimeSpan.FromSeconds(1),
            Timeout = TimeSpan.FromSeconds(30),
            Ordered = true,
            DeadLetter = true,
        },
    };

    public static async Task<Member> StartAsync(KafkaBrokerOptions options, Func<StoredEvent, int, ValueTask<Outcome>> subscriber)
    {
        var broker = await KafkaBroker.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);
        return new Member(broker, await broker.OpenAsync("s", null, default), subscriber);
    }

    public async ValueTask DisposeAsync()
    {
        await _deliveries.StopAsync(default);
        await _deliveries.DisposeAsync();
        await Broker.DisposeAsync();
        _meter.Dispose();
    }

    private sealed class Told(ILanes lanes, TaskCompletionSource joined) : ILanes
    {
        public async ValueTask<ILane> NextAsync(CancellationToken cancel)
        {
            var lane = await lanes.NextAsync(cancel);
            joined.TrySetResult();
            return lane;
        }

        public ValueTask DisposeAsync() => lanes.DisposeAsync();
    }
}
