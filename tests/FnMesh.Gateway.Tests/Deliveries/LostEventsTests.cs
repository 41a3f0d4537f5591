using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class LostEventsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_subscription_that_comes_after_retention_is_told_what_it_lost_and_goes_on_with_what_is_kept()
    {
        using var directory = new TempDirectory();
        var (time, log) = (new ArmedTime(), new HeardLog());
        await using var broker = await OpenAsync(directory, time);
        var progress = await broker.RegisterAsync("s", null, default);
        await broker.AppendAsync([TestEvents.Of("a"), TestEvents.Of("b"), TestEvents.Of("c")], default);
        time.Advance(TimeSpan.FromDays(8));
        await broker.SettledAsync(default);
        await broker.AppendAsync([TestEvents.Of("d")], default);

        var delivered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var runner = Start(progress, broker, delivered, log, time);
        Assert.Contains("lost 3 events, offsets 1 to 3", await log.HearAsync("Lost", default));
        Assert.Equal("d", await delivered.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_subscription_whose_whole_log_is_gone_is_told_and_has_no_lag_and_takes_what_comes()
    {
        using var directory = new TempDirectory();
        var (time, log) = (new ArmedTime(), new HeardLog());
        await using var broker = await OpenAsync(directory, time);
        await broker.RegisterAsync("s", null, default);
        await broker.AppendAsync([TestEvents.Of("a"), TestEvents.Of("b")], default);
        await broker.SettleAsync("s", new Settlement.Parked(new ParkedEvent(2, "key", null, 0, 0, []), 1), default);
        var progress = await broker.RegisterAsync("s", null, default);
        time.Advance(TimeSpan.FromDays(8));
        await broker.SettledAsync(default);

        var delivered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var runner = Start(progress, broker, delivered, log, time);
        Assert.Contains("lost 2 events, offsets 1 to 2", await log.HearAsync("Lost", default));
        Assert.Equal((0, 0), (runner.Lag, runner.Parked));
        await broker.AppendAsync([TestEvents.Of("c")], default);
        Assert.Equal("c", await delivered.Task.WaitAsync(Patience));
    }

    /// <summary>A log that keeps a week.</summary>
    private static Task<EmbeddedBroker> OpenAsync(TempDirectory directory, TimeProvider time)
    {
        var bounds = new RetentionBounds(TimeSpan.FromDays(7), 1L << 30, TimeSpan.FromDays(30));
        return EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = directory.Path, Retention = () => bounds }, NullLoggerFactory.Instance, time, default);
    }

    /// <summary>Tells the id of the first event that is delivered.</summary>
    private static SubscriptionRunner Start(SubscriptionProgress progress, EmbeddedBroker broker, TaskCompletionSource<string> delivered, HeardLog log, TimeProvider time) => SubscriptionRunner.Start(
        new SubscriptionRules(Entry, static _ => true), progress, new EmbeddedLane(broker, "s", progress), (_, stored, _, _, _) =>
        {
            delivered.TrySetResult(stored.Event.Id);
            return new(new DeliveryResult(Outcome.Answered(204), "http://sink/", [], [], default));
        }, static () => true, Some.SubscriptionInstruments, log, time);

    private static SubscriptionEntry Entry => new()
    {
        Name = "s",
        Origin = Some.Origin,
        Types = [],
        Filters = [],
        Sink = new SinkEntry { Backends = [new BackendEntry { App = "sink", Weight = 1, Resilience = Some.Resilience }], Uri = "/" },
        Delivery = new()
        {
            Retry = 3,
            BackoffPolicy = BackoffPolicy.Exponential,
            BackoffDelay = TimeSpan.FromSeconds(1),
            BackoffMax = TimeSpan.FromMinutes(5),
            Timeout = TimeSpan.FromSeconds(30),
            Ordered = true,
            DeadLetter = true,
        },
    };
}
