using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class SubscriptionRunnerTests
{
    [Fact]
    public async Task Events_of_one_key_are_delivered_one_after_the_other_and_other_keys_flow()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a", "a", "b");
        var first = await subscriber.NextAsync(1, 1);
        (await subscriber.NextAsync(3, 1)).Reply(200);
        Assert.True(subscriber.Quiet);
        first.Reply(204);
        (await subscriber.NextAsync(2, 1)).Reply(200);
    }

    [Fact]
    public async Task The_schedule_is_kept_to_the_second_and_a_dead_letter_follows_when_retry_is_used_up()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a");
        for (var n = 1; n <= 3; n++)
        {
            (await subscriber.NextAsync(1, n)).Reply(503);
            var wait = await subscriber.Time.ArmedAsync();
            Assert.Equal(TimeSpan.FromSeconds(1 << (n - 1)), wait);
            subscriber.Time.Advance(wait - TimeSpan.FromMilliseconds(1));
            Assert.True(subscriber.Quiet);
            subscriber.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        (await subscriber.NextAsync(1, 4)).Reply(503);
        await subscriber.PublishAsync("a");
        (await subscriber.NextAsync(2, 1)).Reply(200);
        var letter = Assert.Single((await subscriber.Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
        Assert.Equal((503, 4, 4, "http://sink/"), (letter.Code, letter.Deliveries, letter.Attempts.Count, letter.Destination));
    }

    [Fact]
    public async Task Failures_that_never_reached_the_subscriber_do_not_use_up_retry()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Delivery = with.Delivery with { Retry = 0 });
        await subscriber.PublishAsync("a");
        for (var n = 1; n <= 30; n++)
        {
            (await subscriber.NextAsync(1, n)).Reply(new Outcome(Verdict.NotReady, "starting"));
            var wait = await subscriber.Time.ArmedAsync();
            Assert.True(wait <= TimeSpan.FromMinutes(5));
            subscriber.Time.Advance(wait);
        }

        (await subscriber.NextAsync(1, 31)).Reply(200);
        Assert.Empty((await subscriber.Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
    }

    [Fact]
    public async Task A_failing_key_is_parked_in_order_through_a_restart_while_others_flow()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("poison", "poison", "b");
        var poison = await subscriber.NextAsync(1, 1);
        (await subscriber.NextAsync(3, 1)).Reply(200);
        poison.Reply(500, TimeSpan.FromSeconds(90));
        Assert.Equal(TimeSpan.FromSeconds(90), await subscriber.Time.ArmedAsync());
        await subscriber.PublishAsync("poison", "b");
        (await subscriber.NextAsync(5, 1)).Reply(200);

        subscriber.Time.Advance(TimeSpan.FromSeconds(30));
        await subscriber.Runner.StopAsync(default);
        await subscriber.RestartAsync();
        var wait = await subscriber.Time.ArmedAsync();
        Assert.Equal(TimeSpan.FromSeconds(60), wait);
        subscriber.Time.Advance(wait);
        (await subscriber.NextAsync(1, 2)).Reply(200);
        (await subscriber.NextAsync(2, 1)).Reply(200);
        (await subscriber.NextAsync(4, 1)).Reply(200);
    }

    [Fact]
    public async Task What_is_settled_is_not_delivered_again_and_what_was_in_flight_is()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("", "", "");
        await subscriber.NextAsync(1, 1);
        (await subscriber.NextAsync(2, 1)).Reply(200, null, TestEvents.Of("reply"));
        await subscriber.NextAsync(3, 1);
        await subscriber.NextAsync(4, 1); // The reply is in the log: event 2 is settled.
        await subscriber.RestartAsync();
        foreach (var offset in (long[])[1, 3, 4]) await subscriber.NextAsync(offset, 1);
    }

    [Fact]
    public async Task A_delivery_that_throws_is_tried_again_and_never_acknowledged()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a");
        (await subscriber.NextAsync(1, 1)).Throw();
        subscriber.Time.Advance(await subscriber.Time.ArmedAsync());
        (await subscriber.NextAsync(1, 2)).Reply(200);
    }

    [Fact]
    public async Task A_new_policy_holds_from_the_next_delivery_on_and_keeps_the_place()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Matches = static record => record.Id != "id-b");
        await subscriber.PublishAsync("a", "b", "c");
        (await subscriber.NextAsync(1, 1)).Reply(503);
        var wait = await subscriber.Time.ArmedAsync();
        (await subscriber.NextAsync(3, 1)).Reply(200);
        subscriber.Runner.Apply(subscriber.Rules with { Matches = static record => record.Id is "id-b" });
        subscriber.Time.Advance(wait);
        await subscriber.PublishAsync("a", "b");
        (await subscriber.NextAsync(5, 1)).Reply(200);
    }

    [Fact]
    public async Task The_bound_on_parked_events_pauses_the_subscription_and_drops_nothing()
    {
        await using var subscriber = await Subscriber.StartAsync(bounds: new DeliveryBounds(Parked: 2));
        await subscriber.PublishAsync("", "", "");
        (await subscriber.NextAsync(1, 1)).Reply(503);
        var wait = await subscriber.Time.ArmedAsync();
        (await subscriber.NextAsync(2, 1)).Reply(new Outcome(Verdict.Answered, null, 503, TimeSpan.FromHours(1)));
        subscriber.Time.Advance(wait);
        var again = await subscriber.NextAsync(1, 2);
        Assert.True(subscriber.Quiet);
        again.Reply(200);
        (await subscriber.NextAsync(3, 1)).Reply(200);
    }

    [Fact]
    public async Task Stopping_waits_for_what_is_in_flight_and_takes_nothing_new()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a", "a");
        var held = await subscriber.NextAsync(1, 1);
        var stopping = subscriber.Runner.StopAsync(default);
        Assert.False(stopping.IsCompleted);
        held.Reply(200);
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(subscriber.Quiet);
        Assert.Equal(2, (await subscriber.Broker.RegisterAsync("s", default)).Cursor);
    }

    [Fact]
    public async Task Thousands_of_events_of_many_keys_arrive_in_order_of_their_key()
    {
        await using var subscriber = await Subscriber.StartAsync(bounds: new DeliveryBounds(Lookahead: 64));
        var publishing = Task.Run(async () =>
        {
            for (var n = 0; n < 50; n++) await subscriber.PublishAsync([.. Enumerable.Range(0, 60).Select(i => $"{(i * 7) + n % 13}")]);
        });
        Dictionary<string, long> last = [];
        for (var n = 0; n < 3_000; n++)
        {
            var held = await subscriber.NextAsync();
            Assert.True(last.GetValueOrDefault(held.Stored.Event.Id) < held.Stored.Offset);
            last[held.Stored.Event.Id] = held.Stored.Offset;
            held.Reply(200);
        }

        await publishing;
        await subscriber.Runner.StopAsync(default);
        Assert.Equal(3_001, (await subscriber.Broker.RegisterAsync("s", default)).Cursor);
    }

    [Fact]
    public async Task While_nobody_is_there_events_wait_unwritten_and_go_on_at_once_when_somebody_is()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Reachable = false);
        await subscriber.PublishAsync("a", "a", "b");
        await subscriber.Log.HearAsync("Waits", default);
        await subscriber.PublishAsync("a");
        Assert.True(subscriber.Quiet);

        subscriber.Reachable = true;
        subscriber.Runner.Wake();
        var first = await subscriber.NextAsync(1, 1);
        var other = await subscriber.NextAsync(3, 1);
        Assert.Equal(0, subscriber.Runner.Parked);
        first.Reply(200);
        (await subscriber.NextAsync(2, 1)).Reply(200);
        (await subscriber.NextAsync(4, 1)).Reply(200);
        other.Reply(200);
    }

    [Fact]
    public async Task While_nobody_is_there_a_backlog_is_not_parked_however_many_events_of_one_key_it_has()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Reachable = false, new DeliveryBounds(Lookahead: 16));
        for (var n = 0; n < 3; n++) await subscriber.PublishAsync([.. Enumerable.Repeat("a", 10)]);
        await subscriber.Log.HearAsync("Waits", default);
        Assert.Equal(0, subscriber.Runner.Parked);
        await subscriber.Runner.StopAsync(default);
        var progress = await subscriber.Broker.RegisterAsync("s", default);
        Assert.Equal((1, 0), (progress.Cursor, progress.Parked.Count));
    }

    [Fact]
    public async Task What_nobody_took_is_the_first_of_its_line_again()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a", "a");
        var taken = await subscriber.NextAsync(1, 1);
        subscriber.Reachable = false;
        taken.Nobody();
        await subscriber.Log.HearAsync("Waits", default);
        await subscriber.PublishAsync("a");
        Assert.Equal((0, 0), (subscriber.Runner.Parked, subscriber.Runner.InFlight));

        subscriber.Reachable = true;
        subscriber.Runner.Wake();
        for (var offset = 1; offset <= 3; offset++) (await subscriber.NextAsync(offset, 1)).Reply(200);
    }

    [Fact]
    public async Task A_redelivery_that_is_due_waits_for_somebody_too_and_keeps_its_number()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a");
        (await subscriber.NextAsync(1, 1)).Reply(503);
        var wait = await subscriber.Time.ArmedAsync();
        subscriber.Reachable = false;
        subscriber.Time.Advance(wait);
        await subscriber.Log.HearAsync("Waits", default);
        Assert.True(subscriber.Quiet);
        subscriber.Reachable = true;
        subscriber.Runner.Wake();
        (await subscriber.NextAsync(1, 2)).Reply(200);
    }

    [Fact]
    public async Task A_slow_key_with_more_events_than_the_lookahead_leaves_room_for_others_and_keeps_its_order()
    {
        await using var subscriber = await Subscriber.StartAsync(bounds: new DeliveryBounds(Lookahead: 16));
        await subscriber.PublishAsync([.. Enumerable.Repeat("slow", 40), "b"]);
        var slow = await subscriber.NextAsync(1, 1);
        (await subscriber.NextAsync(41, 1)).Reply(200);
        slow.Reply(200);
        for (var offset = 2; offset <= 40; offset++) (await subscriber.NextAsync(offset, 1)).Reply(200);
    }

    [Fact]
    public async Task One_large_event_of_a_key_is_within_its_share()
    {
        await using var subscriber = await Subscriber.StartAsync(bounds: new DeliveryBounds(LookaheadBytes: 8));
        await subscriber.PublishAsync("a", "b");
        (await subscriber.NextAsync(1, 1)).Reply(200);
        (await subscriber.NextAsync(2, 1)).Reply(200);
        Assert.Equal(0, subscriber.Runner.Parked);
    }

    [Fact]
    public async Task What_a_slow_key_has_parked_comes_after_what_it_had_in_memory_when_it_starts_again()
    {
        await using var subscriber = await Subscriber.StartAsync(bounds: new DeliveryBounds(Lookahead: 16));
        await subscriber.PublishAsync("slow", "slow", "slow", "slow", "slow", "b");
        await subscriber.NextAsync(1, 1);
        (await subscriber.NextAsync(6, 1)).Reply(200, null, TestEvents.Of("reply"));
        await subscriber.NextAsync(7, 1); // The reply is in the log, and with it all that was parked before.
        await subscriber.RestartAsync();
        var progress = await subscriber.Broker.RegisterAsync("s", default);
        Assert.Equal([3L, 4L, 5L], progress.Parked.Select(parked => parked.Offset));

        var held = await Task.WhenAll(subscriber.NextAsync(), subscriber.NextAsync());
        Assert.Equal([1, 7], held.Select(delivery => delivery.Stored.Offset).Order());
        held.Single(delivery => delivery.Stored.Offset == 1).Reply(200);
        for (var offset = 2; offset <= 5; offset++) (await subscriber.NextAsync(offset, 1)).Reply(200);
    }

    [Fact]
    public async Task After_a_fault_of_the_broker_it_begins_again_with_what_was_not_settled_and_with_nothing_else()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a", "a", "b", "c");
        (await subscriber.NextAsync(1, 1)).Reply(200);
        var held = await Task.WhenAll(subscriber.NextAsync(), subscriber.NextAsync(), subscriber.NextAsync());
        Assert.Equal([2, 3, 4], held.Select(delivery => delivery.Stored.Offset).Order()); // Event 1 is settled.

        subscriber.Broker.FailSettlements();
        foreach (var delivery in held) delivery.Reply(200);
        Assert.Equal(TimeSpan.FromSeconds(1), await subscriber.Time.ArmedAsync());
        subscriber.Broker.Opening = static _ => throw new BrokerException("the disk is still full");
        subscriber.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), await subscriber.Time.ArmedAsync());
        Assert.True(subscriber.Quiet);

        subscriber.Broker.Opening = static _ => Task.CompletedTask;
        subscriber.Time.Advance(TimeSpan.FromSeconds(1));
        var again = await Task.WhenAll(subscriber.NextAsync(), subscriber.NextAsync(), subscriber.NextAsync());
        Assert.Equal([(2L, 1), (3, 1), (4, 1)], again.Select(delivery => (delivery.Stored.Offset, delivery.Number)).Order());
        foreach (var delivery in again) delivery.Reply(200);
        await subscriber.PublishAsync("a");
        (await subscriber.NextAsync(5, 1)).Reply(200);
        await subscriber.Runner.StopAsync(default);
        Assert.Equal(6, (await subscriber.Broker.RegisterAsync("s", default)).Cursor);
    }

    [Fact]
    public async Task What_is_settled_behind_a_parked_event_is_not_delivered_again_after_a_restart()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync("a", "b", "c");
        await subscriber.NextAsync(1, 1); // Holds the cursor.
        var parked = await subscriber.NextAsync(2, 1);
        var settled = await subscriber.NextAsync(3, 1);
        parked.Reply(503);
        var wait = await subscriber.Time.ArmedAsync();
        settled.Reply(200, null, TestEvents.Of("reply"));
        await subscriber.NextAsync(4, 1); // The reply is in the log: event 3 is settled.
        await subscriber.RestartAsync();

        var progress = await subscriber.Broker.RegisterAsync("s", default);
        Assert.Equal((1, 2, 3), (progress.Cursor, Assert.Single(progress.Parked).Offset, Assert.Single(progress.SettledAhead)));
        var first = await subscriber.NextAsync(1, 1);
        var reply = await subscriber.NextAsync(4, 1);
        subscriber.Time.Advance(wait);
        foreach (var delivery in new[] { await subscriber.NextAsync(2, 2), first, reply }) delivery.Reply(200);
        await subscriber.PublishAsync("c");
        (await subscriber.NextAsync(5, 1)).Reply(200);
        await subscriber.Runner.StopAsync(default);
        progress = await subscriber.Broker.RegisterAsync("s", default);
        Assert.Equal((6, 0, 0), (progress.Cursor, progress.SettledAhead.Count, progress.Parked.Count));
    }

    [Fact]
    public async Task Without_dead_letters_an_event_that_is_given_up_is_dropped_with_its_reason_and_its_key_goes_on()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Delivery = with.Delivery with { Retry = 0, DeadLetter = false });
        await subscriber.PublishAsync("a", "a");
        (await subscriber.NextAsync(1, 1)).Reply(500);
        await subscriber.Log.HearAsync("Dropped", default);
        (await subscriber.NextAsync(2, 1)).Reply(200);
        Assert.Empty((await subscriber.Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
    }
}
