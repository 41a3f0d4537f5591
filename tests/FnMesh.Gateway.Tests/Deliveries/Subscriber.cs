using System.Threading.Channels;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Webhooks;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Deliveries;

/// <summary>A subscription on a real broker whose subscriber is the test: each delivery waits until the test answers it.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TempDirectory _directory = new();
    private readonly Channel<Held> _deliveries = Channel.CreateUnbounded<Held>();

    public ArmedTime Time { get; } = new();

    public FaultyBroker Broker { get; private set; } = null!;

    public ILane Lane { get; private set; } = null!;

    public SubscriptionRunner Runner { get; private set; } = null!;

    public DeliveryBounds Bounds { get; init; } = DeliveryBounds.Default;

    public DeliveryEntry Delivery { get; set; } = new()
    {
        Retry = 3,
        BackoffPolicy = BackoffPolicy.Exponential,
        BackoffDelay = TimeSpan.FromSeconds(1),
        BackoffMax = TimeSpan.FromMinutes(5),
        Timeout = TimeSpan.FromSeconds(30),
        Ordered = true,
        DeadLetter = true,
    };

    public Func<EventRecord, bool> Matches { get; set; } = static _ => true;

    /// <summary>Whether anybody is there to deliver to; told by waking the runner.</summary>
    public bool Reachable { get; set; } = true;

    public bool Paused { get; set; }

    public StartEntry? Start { get; set; }

    /// <summary>What is in the log before the subscription is there.</summary>
    public EventRecord[] Before { get; set; } = [];

    public HeardLog Log { get; } = new();

    /// <summary>What an address outside the mesh has said; null for none.</summary>
    public WebhookConsent? Consent { get; set; }

    public SubscriptionRules Rules => new(Entry, Matches, Consent);

    private SubscriptionEntry Entry => new()
    {
        Name = "s",
        Origin = new Origin("test.yaml", 1, 1),
        Types = [],
        Filters = [],
        Sink = new SinkEntry { Backends = [new BackendEntry { App = "sink", Weight = 1, Resilience = Some.Resilience }], Uri = "/" },
        Delivery = Delivery,
        Start = Start,
        Paused = Paused ? true : null,
    };

    public static async Task<Subscriber> StartAsync(Action<Subscriber>? with = null, DeliveryBounds? bounds = null)
    {
        var subscriber = new Subscriber { Bounds = bounds ?? DeliveryBounds.Default };
        with?.Invoke(subscriber);
        await subscriber.BeginAsync();
        return subscriber;
    }

    public async Task RestartAsync()
    {
        await Runner.DisposeAsync();
        await Broker.DisposeAsync();
        await BeginAsync();
    }

    public async Task PublishAsync(params EventRecord[] events) => await Broker.AppendAsync(events, default);

    /// <summary>Gives the runner the policy as it is now.</summary>
    public void Apply()
    {
        Runner.Apply(Rules);
        Runner.Wake();
    }

    public async Task PublishAsync(params string[] keys) =>
        await Broker.AppendAsync([.. keys.Select(key => TestEvents.Of($"id-{key}", key: key.Length == 0 ? null : key))], default);

    public async Task<Held> NextAsync() => await _deliveries.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<Held> NextAsync(long offset, int number)
    {
        var held = await NextAsync();
        Assert.Equal((offset, number), (held.Stored.Offset, held.Number));
        return held;
    }

    public bool Quiet => !_deliveries.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await Runner.DisposeAsync();
        await Broker.DisposeAsync();
        _directory.Dispose();
    }

    private async Task BeginAsync()
    {
        Broker = new FaultyBroker(await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, Time, default));
        if (Before.Length > 0) await Broker.AppendAsync(Before, default);
        Before = [];
        Lane = await (await Broker.OpenAsync("s", Start, default)).NextAsync(default);
        Runner = SubscriptionRunner.Start(Rules, await Lane.OpenAsync(default), Lane, DeliverAsync, () => Reachable, Some.SubscriptionInstruments, Log, Time, Bounds);
    }

    private async ValueTask<DeliveryResult?> DeliverAsync(string subscription, StoredEvent stored, int number, string? revision, CancellationToken cancel)
    {
        var held = new Held(stored, number, revision);
        _deliveries.Writer.TryWrite(held);
        return await held.Answer.WaitAsync(cancel);
    }

    internal sealed class Held(StoredEvent stored, int number, string? revision)
    {
        private readonly TaskCompletionSource<DeliveryResult?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StoredEvent Stored => stored;

        public int Number => number;

        /// <summary>Where an earlier delivery went.</summary>
        public string? Pinned => revision;

        /// <summary>Where this one goes, as the answer tells.</summary>
        public string? Revision { get; set; }

        public Task<DeliveryResult?> Answer => _answer.Task;

        public void Reply(int status, TimeSpan? retryAfter = null, params EventRecord[] replies) => Reply(Outcome.Answered(status, retryAfter), replies);

        public void Reply(Outcome outcome, params EventRecord[] replies) => _answer.SetResult(new DeliveryResult(
            outcome, "http://sink/", [new AttemptRecord(DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, outcome.Status, outcome.Verdict, null) { Revision = Revision }], replies, default));

        public void Nobody() => _answer.SetResult(null);

        public void Throw() => _answer.SetException(new InvalidOperationException("a bug"));
    }
}
