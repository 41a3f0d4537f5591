using FnMesh.Gateway.Events;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Webhooks;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Deliveries;

/// <summary>What a Subscription says of its deliveries, field by field.</summary>
public sealed class DeliveryFieldsTests
{
    [Fact]
    public async Task No_more_than_concurrency_are_in_flight()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Delivery = with.Delivery with { Concurrency = 2 });
        await subscriber.PublishAsync("a", "b", "c");
        var first = await subscriber.NextAsync();
        var second = await subscriber.NextAsync();
        Assert.True(subscriber.Quiet);
        Assert.Equal(2, subscriber.Runner.InFlight);

        first.Reply(200);
        (await subscriber.NextAsync(3, 1)).Reply(200);
        second.Reply(200);
    }

    [Fact]
    public async Task A_rate_spreads_deliveries_over_the_second()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Delivery = with.Delivery with { Rate = 5 });
        await subscriber.PublishAsync("a", "b", "c");
        (await subscriber.NextAsync(1, 1)).Reply(200);
        for (var offset = 2; offset <= 3; offset++)
        {
            var wait = await subscriber.Time.ArmedAsync();
            Assert.True(subscriber.Quiet);
            Assert.Equal(TimeSpan.FromMilliseconds(200), wait);
            subscriber.Time.Advance(wait);
            (await subscriber.NextAsync(offset, 1)).Reply(200);
        }
    }

    [Theory]
    [InlineData(60, null, 1_000)]
    [InlineData(6, 100, 10_000)]
    [InlineData(600, 1, 1_000)]
    public async Task An_address_outside_the_mesh_gets_no_more_in_a_minute_than_it_allows_and_no_two_at_once(int perMinute, int? rate, int milliseconds)
    {
        await using var subscriber = await Subscriber.StartAsync(with =>
        {
            with.Delivery = with.Delivery with { Rate = rate };
            with.Consent = new WebhookConsent(isAsked: true, with.Time);
            with.Consent.Give(perMinute);
        });
        await subscriber.PublishAsync("a", "b", "c");
        (await subscriber.NextAsync(1, 1)).Reply(200);
        for (var offset = 2; offset <= 3; offset++)
        {
            var wait = await subscriber.Time.ArmedAsync();
            Assert.True(subscriber.Quiet);
            Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), wait);
            subscriber.Time.Advance(wait);
            (await subscriber.NextAsync(offset, 1)).Reply(200);
        }
    }

    [Fact]
    public async Task What_is_paused_delivers_nothing_and_goes_on_where_it_was()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a", "a", "b");
        var held = await Task.WhenAll(subscriber.NextAsync(), subscriber.NextAsync());
        subscriber.Paused = true;
        subscriber.Apply();
        await subscriber.PublishAsync("c");
        foreach (var delivery in held) delivery.Reply(200);
        await subscriber.Runner.StopAsync(default);
        Assert.True(subscriber.Quiet);

        await subscriber.RestartAsync();
        Assert.Equal((0, 0), (subscriber.Runner.InFlight, subscriber.Runner.Parked));
        subscriber.Paused = false;
        subscriber.Apply();
        var rest = await Task.WhenAll(subscriber.NextAsync(), subscriber.NextAsync());
        Assert.Equal([2, 4], rest.Select(delivery => delivery.Stored.Offset).Order());
        foreach (var delivery in rest) delivery.Reply(200);
    }

    [Fact]
    public async Task A_subscription_that_begins_earliest_gets_what_was_published_before_it_was_there()
    {
        await using var subscriber = await Subscriber.StartAsync(with =>
        {
            with.Start = new StartEntry { IsEarliest = true };
            with.Before = [TestEvents.Of("1"), TestEvents.Of("2")];
        });
        (await subscriber.NextAsync(1, 1)).Reply(200);
        (await subscriber.NextAsync(2, 1)).Reply(200);
    }

    [Fact]
    public async Task Retry_After_counts_as_far_as_retryAfterMax_says()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Delivery = with.Delivery with { RetryAfterMax = TimeSpan.FromSeconds(10) });
        await subscriber.PublishAsync("a");
        (await subscriber.NextAsync(1, 1)).Reply(503, TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.FromSeconds(10), await subscriber.Time.ArmedAsync());

        subscriber.Delivery = subscriber.Delivery with { RetryAfterMax = TimeSpan.Zero };
        subscriber.Apply();
        subscriber.Time.Advance(TimeSpan.FromSeconds(10));
        (await subscriber.NextAsync(1, 2)).Reply(503, TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.FromSeconds(2), await subscriber.Time.ArmedAsync());
    }

    [Fact]
    public async Task A_delayed_event_waits_for_its_time_through_a_restart_and_holds_nobody_up()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync(Delayed("late", "a", subscriber.Time.GetUtcNow().AddSeconds(50)), TestEvents.Of("next", key: "a"));
        (await subscriber.NextAsync(2, 1)).Reply(200);
        Assert.Equal(TimeSpan.FromSeconds(50), await subscriber.Time.ArmedAsync());

        subscriber.Time.Advance(TimeSpan.FromSeconds(20));
        await subscriber.Runner.StopAsync(default);
        await subscriber.RestartAsync();
        var wait = await subscriber.Time.ArmedAsync();
        Assert.Equal(TimeSpan.FromSeconds(30), wait);
        subscriber.Time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.True(subscriber.Quiet);
        subscriber.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await subscriber.NextAsync(1, 1)).Reply(200);
    }

    [Fact]
    public async Task A_delayed_event_whose_time_has_come_waits_for_its_key_and_its_key_waits_for_it()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync(Delayed("late", "a", subscriber.Time.GetUtcNow().AddSeconds(5)), TestEvents.Of("next", key: "a"));
        var next = await subscriber.NextAsync(2, 1);
        subscriber.Time.Advance(await subscriber.Time.ArmedAsync());
        await subscriber.PublishAsync(TestEvents.Of("last", key: "a"), TestEvents.Of("other", key: "b"));
        (await subscriber.NextAsync(4, 1)).Reply(200);
        Assert.True(subscriber.Quiet);

        next.Reply(200);
        var late = await subscriber.NextAsync(1, 1);
        Assert.True(subscriber.Quiet);
        late.Reply(200);
        (await subscriber.NextAsync(3, 1)).Reply(200);
    }

    [Fact]
    public async Task A_delayed_event_that_fails_comes_again_like_any_other()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync(Delayed("late", null, subscriber.Time.GetUtcNow().AddSeconds(5)));
        subscriber.Time.Advance(await subscriber.Time.ArmedAsync());
        (await subscriber.NextAsync(1, 1)).Reply(503);
        subscriber.Time.Advance(await subscriber.Time.ArmedAsync());
        (await subscriber.NextAsync(1, 2)).Reply(200);
    }

    [Fact]
    public async Task A_delivery_time_that_has_passed_delays_nothing()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync(Delayed("late", "a", subscriber.Time.GetUtcNow()));
        (await subscriber.NextAsync(1, 1)).Reply(200);
        Assert.Equal(0, subscriber.Runner.Parked);
    }

    private static EventRecord Delayed(string id, string? key, DateTimeOffset at)
    {
        var record = TestEvents.Of(id, key: key);
        return new EventRecord
        {
            Attributes = [.. record.Attributes, new("deliverytime", at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"))],
            Data = record.Data,
            Principal = record.Principal,
            TraceParent = record.TraceParent,
        };
    }
}
