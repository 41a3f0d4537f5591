using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using FnMesh.Policy.Snapshots;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class ParkingTests
{
    private static readonly int[] Hour = [1, 2, 4, 8, 16, 32, 64, 128, 256, .. Enumerable.Repeat(300, 11)];

    [Fact]
    public async Task A_subscriber_that_answers_500_for_an_hour_gets_the_schedule_to_the_second_then_one_dead_letter_and_no_other_key_waits()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Delivery = with.Delivery with { Retry = Hour.Length });
        await subscriber.PublishAsync("poison", "poison");
        var began = subscriber.Time.GetUtcNow();
        var (next, elapsed) = (3L, TimeSpan.Zero);
        for (var n = 1; n <= Hour.Length; n++)
        {
            (await subscriber.NextAsync(1, n)).Reply(500);
            var wait = await subscriber.Time.ArmedAsync();
            Assert.Equal(TimeSpan.FromSeconds(Hour[n - 1]), wait);
            await OthersFlowAsync();
            subscriber.Time.Advance(wait - TimeSpan.FromMilliseconds(1));
            await OthersFlowAsync();
            subscriber.Time.Advance(TimeSpan.FromMilliseconds(1));
            elapsed += wait;
        }

        Assert.True(elapsed > TimeSpan.FromHours(1));
        Assert.Equal(elapsed, subscriber.Time.GetUtcNow() - began);
        (await subscriber.NextAsync(1, Hour.Length + 1)).Reply(500);
        (await subscriber.NextAsync(2, 1)).Reply(200);
        var letter = Assert.Single((await subscriber.Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
        Assert.Equal((1L, Hour.Length + 1, Hour.Length + 1, 500), (letter.Offset, letter.Deliveries, letter.Attempts.Count, letter.Code));

        // No time passes: nothing but its own delivery may hold it.
        async Task OthersFlowAsync()
        {
            await subscriber.PublishAsync($"other-{next % 7}");
            (await subscriber.NextAsync(next++, 1)).Reply(200);
        }
    }

    [Fact]
    public async Task What_was_settled_behind_a_parked_event_is_not_delivered_again_after_one_restart_or_two()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("poison", "b", "", "c");
        (await subscriber.NextAsync(1, 1)).Reply(503, TimeSpan.FromHours(1));
        for (var n = 0; n < 3; n++) (await subscriber.NextAsync()).Reply(200);
        for (var restart = 0; restart < 2; restart++)
        {
            await subscriber.Time.ArmedAsync();
            await subscriber.Runner.StopAsync(default);
            await subscriber.RestartAsync();
        }

        subscriber.Time.Advance(await subscriber.Time.ArmedAsync());
        (await subscriber.NextAsync(1, 2)).Reply(200);
        await subscriber.PublishAsync("d");
        (await subscriber.NextAsync(5, 1)).Reply(200);
    }

    [Fact]
    public async Task At_the_bound_on_parked_events_reading_stops_and_every_event_is_still_delivered_once()
    {
        await using var subscriber = await Subscriber.StartAsync(bounds: new DeliveryBounds(Parked: 3));
        await subscriber.PublishAsync([.. Enumerable.Range(0, 12).Select(n => $"{n}")]);
        for (var n = 0; n < 3; n++)
        {
            // Each is due before the one before it, so that the clock is set for each.
            (await subscriber.NextAsync()).Reply(503, TimeSpan.FromSeconds(30 - n));
            await subscriber.Time.ArmedAsync();
        }

        Assert.True(subscriber.Quiet);
        subscriber.Time.Advance(TimeSpan.FromSeconds(30));
        List<long> delivered = [];
        while (delivered.Count < 12)
        {
            var held = await subscriber.NextAsync();
            delivered.Add(held.Stored.Offset);
            held.Reply(200);
        }

        Assert.Equal(Enumerable.Range(1, 12).Select(static n => (long)n), delivered.Order());
        Assert.Empty((await subscriber.Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
    }

    [Fact]
    public async Task A_redelivery_knows_where_the_one_before_it_went_through_a_restart()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a", "a");
        var held = await subscriber.NextAsync(1, 1);
        Assert.Null(held.Pinned);
        held.Revision = "sink-v2";
        held.Reply(503);
        await subscriber.Time.ArmedAsync();
        Assert.Equal(1, subscriber.Runner.Unsettled["sink-v2"]);
        await subscriber.Runner.StopAsync(default);
        await subscriber.RestartAsync();
        Assert.Equal(1, subscriber.Runner.Unsettled["sink-v2"]);

        subscriber.Time.Advance(await subscriber.Time.ArmedAsync());
        held = await subscriber.NextAsync(1, 2);
        Assert.Equal("sink-v2", held.Pinned);
        held.Reply(200);
        held = await subscriber.NextAsync(2, 1);
        Assert.Null(held.Pinned);
        Assert.Empty(subscriber.Runner.Unsettled);
        held.Reply(200);
    }

    [Fact]
    public async Task A_wall_clock_that_is_set_forward_shortens_no_backoff()
    {
        var time = new SteppingTime();
        var due = 0;
        await using var clock = new RedeliveryClock(time, () => due++);
        var parked = new PendingDelivery { Offset = 1, Parked = new ParkedEvent(1, null, time.GetUtcNow().AddSeconds(60), 1, 1, []) };
        clock.After(parked, time.GetUtcNow().AddSeconds(60));
        time.Step = TimeSpan.FromHours(1);
        List<PendingDelivery> taken = [];
        clock.MoveDue(taken.Add);
        Assert.Empty(taken);
        time.Advance(TimeSpan.FromSeconds(60));
        clock.MoveDue(taken.Add);
        Assert.Equal([parked], taken);
    }

    [Fact]
    public async Task What_is_to_be_delivered_at_a_time_goes_by_the_wall_clock_within_a_minute()
    {
        var time = new SteppingTime();
        List<PendingDelivery> taken = [];
        RedeliveryClock clock = null!;
        await using var made = clock = new RedeliveryClock(time, () => clock.MoveDue(taken.Add));
        var delayed = new PendingDelivery { Offset = 1, Parked = new ParkedEvent(1, null, time.GetUtcNow().AddHours(1), 0, 0, []) };
        clock.At(delayed, time.GetUtcNow().AddHours(1));
        time.Step = TimeSpan.FromHours(1);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([delayed], taken);
    }

    [Fact]
    public void Jitter_takes_off_no_more_than_it_says_and_the_same_delivery_always_gets_the_same() => Prop.ForAll<int, int>((offset, number) =>
    {
        var delivery = Some(jitter: 25);
        var deliveries = 1 + (Math.Abs((long)number) % 1_000);
        var whole = RedeliverySchedule.DelayAfter(delivery with { BackoffJitter = null }, (int)deliveries, null);
        var point = RedeliverySchedule.PointOf("s", offset, (int)deliveries);
        var delay = RedeliverySchedule.DelayAfter(delivery, (int)deliveries, null, point);
        return delay <= whole && delay > whole * 0.7499 && point == RedeliverySchedule.PointOf("s", offset, (int)deliveries) && point is >= 0 and < 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Jitter_spreads_what_failed_together()
    {
        var points = Enumerable.Range(1, 1_000).Select(offset => RedeliverySchedule.PointOf("s", offset, 1)).ToArray();
        Assert.InRange(points.Average(), 0.47, 0.53);
        Assert.All(points.GroupBy(static point => (int)(point * 10)), static tenth => Assert.InRange(tenth.Count(), 70, 130));
    }

    [Fact]
    public void A_Retry_After_is_not_shortened_by_jitter() =>
        Assert.Equal(TimeSpan.FromSeconds(30), RedeliverySchedule.DelayAfter(Some(jitter: 100), 1, TimeSpan.FromSeconds(30), 0.99));

    private static DeliveryEntry Some(int jitter) => new()
    {
        Retry = 3,
        BackoffPolicy = BackoffPolicy.Exponential,
        BackoffDelay = TimeSpan.FromSeconds(1),
        BackoffMax = TimeSpan.FromMinutes(5),
        Timeout = TimeSpan.FromSeconds(30),
        Ordered = true,
        DeadLetter = true,
        BackoffJitter = jitter,
    };

    /// <summary>A clock whose wall time can be set without time passing.</summary>
    private sealed class SteppingTime : FakeTimeProvider
    {
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }
}
