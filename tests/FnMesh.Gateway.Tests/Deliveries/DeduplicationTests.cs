using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Tests.Broker;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class DeduplicationTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task An_event_that_came_before_is_passed_over_within_the_window_and_delivered_after_it()
    {
        await using var subscriber = await Subscriber.StartAsync(Deduplicates);
        await subscriber.PublishAsync(Of("1"), Of("1"), Of("2"));
        (await subscriber.NextAsync(1, 1)).Reply(200);
        (await subscriber.NextAsync(3, 1)).Reply(200);

        subscriber.Time.Advance(Window - TimeSpan.FromSeconds(1));
        await subscriber.PublishAsync(Of("1"), Of("3"));
        (await subscriber.NextAsync(5, 1)).Reply(200);
        subscriber.Time.Advance(TimeSpan.FromSeconds(1));
        await subscriber.PublishAsync(Of("1"));
        (await subscriber.NextAsync(6, 1)).Reply(200);
    }

    [Fact]
    public async Task One_id_of_two_sources_is_two_events()
    {
        await using var subscriber = await Subscriber.StartAsync(Deduplicates);
        await subscriber.PublishAsync(Of("1"), Of("1", "/other"));
        (await subscriber.NextAsync(1, 1)).Reply(200);
        (await subscriber.NextAsync(2, 1)).Reply(200);
    }

    [Fact]
    public async Task Without_a_window_everything_is_delivered()
    {
        await using var subscriber = await Subscriber.StartAsync();
        await subscriber.PublishAsync(Of("1"), Of("1"));
        (await subscriber.NextAsync(1, 1)).Reply(200);
        (await subscriber.NextAsync(2, 1)).Reply(200);
    }

    [Fact]
    public async Task What_was_settled_before_a_restart_is_still_known_after_it()
    {
        await using var subscriber = await Subscriber.StartAsync(Deduplicates);
        await subscriber.PublishAsync(Of("1"), Of("2"));
        (await subscriber.NextAsync(1, 1)).Reply(200);
        (await subscriber.NextAsync(2, 1)).Reply(200);
        await subscriber.Runner.StopAsync(default);
        await subscriber.RestartAsync();
        await subscriber.PublishAsync(Of("1"), Of("2"), Of("3"));
        (await subscriber.NextAsync(5, 1)).Reply(200);
        Assert.True(subscriber.Quiet);
    }

    [Fact]
    public async Task What_was_in_flight_at_a_crash_comes_once_more_and_what_repeats_it_does_not()
    {
        await using var subscriber = await Subscriber.StartAsync(Deduplicates);
        await subscriber.PublishAsync(Of("1"), Of("1"));
        await subscriber.NextAsync(1, 1);
        await subscriber.RestartAsync();
        (await subscriber.NextAsync(1, 1)).Reply(200);
        await subscriber.PublishAsync(Of("2"));
        (await subscriber.NextAsync(3, 1)).Reply(200);
    }

    [Fact]
    public async Task What_was_not_for_the_subscription_is_no_reason_to_pass_over_what_is()
    {
        await using var subscriber = await Subscriber.StartAsync(with =>
        {
            Deduplicates(with);
            with.Matches = static record => record.Type == "test.made";
        });
        await subscriber.PublishAsync(Of("1", type: "test.other"), Of("1"));
        (await subscriber.NextAsync(2, 1)).Reply(200);
    }

    [Fact]
    public async Task What_is_replayed_on_purpose_comes_although_it_came_before_and_what_a_publisher_repeats_does_not()
    {
        await using var subscriber = await Subscriber.StartAsync(Deduplicates);
        await subscriber.PublishAsync(Of("1"));
        (await subscriber.NextAsync(1, 1)).Reply(200);
        await subscriber.PublishAsync(Of("1").Again("s", 1), Of("1"), Of("1").Again("s", 1));
        (await subscriber.NextAsync(2, 1)).Reply(200);
        (await subscriber.NextAsync(4, 1)).Reply(200);
    }

    [Fact]
    public async Task A_window_that_grows_holds_for_what_came_before_it_grew()
    {
        await using var subscriber = await Subscriber.StartAsync(with => with.Delivery = with.Delivery with { DeduplicateWindow = TimeSpan.FromMinutes(1) });
        await subscriber.PublishAsync(Of("1"));
        (await subscriber.NextAsync(1, 1)).Reply(200);
        subscriber.Time.Advance(TimeSpan.FromMinutes(5));
        await subscriber.PublishAsync(Of("2"));
        (await subscriber.NextAsync(2, 1)).Reply(200);

        Deduplicates(subscriber);
        subscriber.Apply();
        await subscriber.PublishAsync(Of("1"), Of("3"));
        (await subscriber.NextAsync(4, 1)).Reply(200);
    }

    [Fact]
    public void The_inbox_forgets_the_oldest_at_its_bound()
    {
        var inbox = new Inbox(2, Window);
        bool Comes(string id) => inbox.IsDuplicate(new(1, DateTimeOffset.UnixEpoch, Of(id)), Window);

        Assert.Equal([false, false, true, false, true, false], new[] { "1", "2", "1", "3", "2", "1" }.Select(Comes));
    }

    [Fact]
    public async Task A_log_with_more_events_than_one_reading_is_read_back_as_far_as_the_window_goes()
    {
        await using var subscriber = await Subscriber.StartAsync(Deduplicates);
        await subscriber.Runner.StopAsync(default);
        await subscriber.PublishAsync(Of("old"));
        subscriber.Time.Advance(Window);
        await subscriber.PublishAsync([.. Enumerable.Range(1, 3_000).Select(n => Of($"{n}"))]);
        var inbox = await Inbox.ReadAsync(subscriber.Lane, 3_002, subscriber.Rules, 100_000, default);
        bool Known(string id) => inbox.IsDuplicate(new(3_002, subscriber.Time.GetUtcNow(), Of(id)), Window);

        Assert.Equal([true, true, true, false], new[] { "1", "1500", "3000", "old" }.Select(Known));
    }

    private static void Deduplicates(Subscriber subscriber) => subscriber.Delivery = subscriber.Delivery with { DeduplicateWindow = Window };

    private static EventRecord Of(string id, string source = "/tests", string type = "test.made")
    {
        var record = TestEvents.Of(id, type);
        return new EventRecord
        {
            Attributes = [.. record.Attributes.Select(attribute => attribute.Key == "source" ? new("source", source) : attribute)],
            Data = record.Data,
            Principal = record.Principal,
            TraceParent = record.TraceParent,
        };
    }
}
