using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Broker;

/// <summary>What every broker promises; an implementation gives only how it is opened.</summary>
public abstract class BrokerConformance : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private IBroker? _opened;

    private IBroker Broker => _opened!;

    private OneLaneLog Log { get; set; } = null!;

    private protected abstract Task<IBroker> OpenAsync();

    public async ValueTask InitializeAsync() => Log = new(_opened = await OpenAsync());

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Clean();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_batch_is_stored_whole_in_order_and_next_to_one_another()
    {
        var first = await AppendAsync("a", "b", "c");
        Assert.Equal(1, first);
        Assert.Equal(["a", "b", "c"], await IdsAsync());
        Assert.Equal(4, (await Log.LaneAsync()).End);
    }

    [Fact]
    public async Task An_append_that_completed_is_there_after_reopening_with_all_it_carried()
    {
        var record = new EventRecord
        {
            Attributes = [new("id", "é-1"), new("source", "/s"), new("type", "t"), new("x", ""), new("subject", "日本")],
            Data = new byte[] { 0, 1, 255 },
            Principal = "app/orders",
            TraceParent = TestEvents.TraceParent,
            TraceState = "a=b",
        };
        await Broker.AppendAsync([record], default);
        await ReopenAsync();
        var stored = Assert.Single(await Log.ReadAsync(1, 10, long.MaxValue));
        Assert.Equal(record.Attributes, stored.Event.Attributes);
        Assert.Equal(record.Data.ToArray(), stored.Event.Data.ToArray());
        Assert.Equal("app/orders", stored.Event.Principal);
        Assert.Equal("a=b", stored.Event.TraceState);
        Assert.Equal(TestEvents.TraceParent, stored.Event.TraceParent);
        Assert.Equal(2, await AppendAsync("next"));
    }

    [Fact]
    public async Task Concurrent_appenders_keep_each_batch_contiguous()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(() => AppendAsync([.. Enumerable.Range(0, 7).Select(i => $"{n}-{i}")]))));
        var ids = await IdsAsync();
        Assert.Equal(350, ids.Count);
        foreach (var batch in ids.Chunk(7)) Assert.Equal(Enumerable.Range(0, 7).Select(i => $"{batch[0].Split('-')[0]}-{i}"), batch);
    }

    [Fact]
    public async Task A_wait_completes_when_the_event_is_durable_and_at_once_when_it_is_there()
    {
        var lane = await Log.LaneAsync();
        var waiting = lane.WaitAsync(2, default).AsTask();
        await AppendAsync("a");
        Assert.False(waiting.IsCompleted);
        await AppendAsync("b");
        await waiting.WaitAsync(Patience);
        Assert.True(lane.WaitAsync(1, default).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_and_harms_no_other()
    {
        var lane = await Log.LaneAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = lane.WaitAsync(1, cancel.Token).AsTask();
        var other = lane.WaitAsync(1, default).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await AppendAsync("a");
        await other.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_read_keeps_both_bounds_but_gives_at_least_one_event()
    {
        await AppendAsync("a", "b", "c");
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(2, (await Log.ReadAsync(1, 2, long.MaxValue)).Count);
            Assert.Equal(2, Assert.Single(await Log.ReadAsync(2, 10, 1)).Offset);
            Assert.Empty(await Log.ReadAsync(4, 10, long.MaxValue));
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task A_new_subscription_begins_at_the_end_of_the_log_and_keeps_that_place()
    {
        await AppendAsync("a", "b");
        Assert.Equal(3, (await Log.OpenAsync("s")).Cursor);
        await AppendAsync("c");
        await ReopenAsync();
        Assert.Equal(3, (await Log.OpenAsync("s")).Cursor);
    }

    [Fact]
    public async Task A_new_subscription_begins_where_it_is_told_and_one_that_was_there_stays_where_it_was()
    {
        await AppendAsync("a", "b", "c");
        Assert.Equal(1, (await Log.OpenAsync("earliest", new StartEntry { IsEarliest = true })).Cursor);
        Assert.Equal(2, (await Log.OpenAsync("second", new StartEntry { Offset = 2 })).Cursor);
        Assert.Equal(4, (await Log.OpenAsync("beyond", new StartEntry { Offset = 99 })).Cursor);
        Assert.Equal(4, (await Log.OpenAsync("latest")).Cursor);
        await using var again = await Broker.OpenAsync("second", new StartEntry { IsEarliest = true }, default);
        await using var lane = await again.NextAsync(default);
        Assert.Equal(2, (await lane.OpenAsync(default)).Cursor);
        Assert.Equal(4, await AppendAsync("d"));
    }

    [Fact]
    public async Task A_new_subscription_that_begins_at_a_time_gets_the_first_event_taken_at_or_after_it()
    {
        Assert.Equal(1, (await Log.OpenAsync("empty", new StartEntry { Time = DateTimeOffset.UnixEpoch })).Cursor);
        List<DateTimeOffset> received = [];
        for (var n = 0; n < 20; n++)
        {
            await AppendAsync($"{n}");
            received.Add((await Log.ReadAsync(n + 1, 1, long.MaxValue))[0].Received);
        }

        foreach (var time in (DateTimeOffset[])[DateTimeOffset.UnixEpoch, .. received, received[^1].AddTicks(1)])
        {
            var expected = received.FindIndex(at => at >= time) is >= 0 and var first ? first + 1 : 21;
            Assert.Equal(expected, (await Log.OpenAsync($"at-{time.UtcTicks}", new StartEntry { Time = time })).Cursor);
        }
    }

    [Fact]
    public async Task Progress_survives_reopening_in_every_mixture()
    {
        await Log.OpenAsync("s");
        await AppendAsync([.. Enumerable.Range(1, 8).Select(n => $"{n}")]);
        var due = DateTimeOffset.UnixEpoch.AddDays(20_000).AddTicks(7);
        var attempt = new AttemptRecord(due, TimeSpan.FromMilliseconds(5), new Uri("http://x/"), 503, Verdict.Answered, null);
        await Log.SettleAsync("s", new Settlement.Done(3, 1, []));
        await Log.SettleAsync("s", new Settlement.Parked(new ParkedEvent(1, "k", due, 2, 1, [attempt]), 2));
        await Log.SettleAsync("s", new Settlement.Parked(new ParkedEvent(5, "k", null, 0, 0, []), 2));
        await Log.SettleAsync("s", new Settlement.DeadLettered(Letter("s", 6), 2));
        await ReopenAsync();
        var progress = await Log.OpenAsync("s");
        Assert.Equal(2, progress.Cursor);
        Assert.Equal([3L, 6L], progress.SettledAhead.Order());
        Assert.Equal([1L, 5L], progress.Parked.Select(parked => parked.Offset));
        Assert.Equal((due, 2, 1, "k"), (progress.Parked[0].Due!.Value, progress.Parked[0].Deliveries, progress.Parked[0].Failures, progress.Parked[0].Key));
        Assert.Equal(attempt, Assert.Single(progress.Parked[0].Attempts));
        Assert.Null(progress.Parked[1].Due);

        await Log.SettleAsync("s", new Settlement.Done(2, 4, []));
        await Log.SettleAsync("s", new Settlement.Done(1, 4, []));
        await Log.SettleAsync("s", new Settlement.Done(5, 4, []));
        await Log.SettleAsync("s", new Settlement.Skipped(5));
        await ReopenAsync();
        progress = await Log.OpenAsync("s");
        Assert.Equal(5, progress.Cursor);
        Assert.Equal([5L, 6L], progress.SettledAhead.Order());
        Assert.Empty(progress.Parked);
    }

    [Fact]
    public async Task A_cursor_never_moves_back()
    {
        await Log.OpenAsync("s");
        await AppendAsync("a", "b", "c");
        await Log.SettleAsync("s", new Settlement.Skipped(4));
        await Log.SettleAsync("s", new Settlement.Skipped(2));
        Assert.Equal(4, (await Log.OpenAsync("s")).Cursor);
    }

    [Fact]
    public async Task Reply_events_are_stored_with_their_settlement()
    {
        await Log.OpenAsync("s");
        await AppendAsync("a");
        await Log.SettleAsync("s", new Settlement.Done(1, 2, [TestEvents.Of("reply")]));
        Assert.Equal(["a", "reply"], await IdsAsync());
        await ReopenAsync();
        Assert.Equal(["a", "reply"], await IdsAsync());
        Assert.Equal(2, (await Log.OpenAsync("s")).Cursor);
    }

    [Fact]
    public async Task Dead_letters_are_listed_newest_first_by_page_subscription_and_id()
    {
        await Log.OpenAsync("s");
        await Log.OpenAsync("t");
        await AppendAsync("a", "b", "c");
        foreach (var name in (string[])["s", "t", "s"]) await Log.SettleAsync(name, new Settlement.DeadLettered(Letter(name, 1), 1));
        await ReopenAsync();
        var page = await Broker.ListDeadLettersAsync(new DeadLetterQuery(2), default);
        Assert.Equal([3L, 2L], page.Items.Select(letter => letter.Id));
        var rest = await Broker.ListDeadLettersAsync(new DeadLetterQuery(2, page.Next), default);
        Assert.Equal(1, Assert.Single(rest.Items).Id);
        Assert.Null(rest.Next);
        Assert.Equal([3L, 1L], (await Broker.ListDeadLettersAsync(new DeadLetterQuery(9, Subscription: "s"), default)).Items.Select(letter => letter.Id));
        var letter = Assert.Single((await Broker.ListDeadLettersAsync(new DeadLetterQuery(9, Id: 2), default)).Items);
        var expected = Letter("t", 1);
        Assert.Equal(expected.ErrorData.ToArray(), letter.ErrorData.ToArray());
        Assert.Equal(expected.Attempts, letter.Attempts);
        Assert.Equal(
            (expected.Subscription, expected.Code, expected.Verdict, expected.Reason, expected.Deliveries, expected.Destination, expected.Time, expected.Received),
            (letter.Subscription, letter.Code, letter.Verdict, letter.Reason, letter.Deliveries, letter.Destination, letter.Time, letter.Received));
    }

    [Fact]
    public async Task Events_are_listed_newest_first_by_page_type_and_id()
    {
        await Broker.AppendAsync([TestEvents.Of("a"), TestEvents.Of("b", "other"), TestEvents.Of("c"), TestEvents.Of("a")], default);
        var page = await Broker.ListEventsAsync(new EventQuery(2), default);
        Assert.Equal([4L, 3L], page.Items.Select(stored => stored.Offset));
        Assert.Equal(3, page.Next);
        Assert.Null((await Broker.ListEventsAsync(new EventQuery(2, page.Next), default)).Next);
        Assert.Equal(2, Assert.Single((await Broker.ListEventsAsync(new EventQuery(9, Type: "other"), default)).Items).Offset);
        Assert.Equal([4L, 1L], (await Broker.ListEventsAsync(new EventQuery(9, Id: "a"), default)).Items.Select(stored => stored.Offset));
    }

    [Fact]
    public async Task A_dead_letter_leaves_in_the_same_step_in_which_its_event_is_appended_again_and_only_once()
    {
        await Log.OpenAsync("s");
        await AppendAsync("a");
        await Log.SettleAsync("s", new Settlement.DeadLettered(Letter("s", 1), 2));
        var letter = Assert.Single((await Broker.ListDeadLettersAsync(new DeadLetterQuery(1), default)).Items);
        Assert.Equal(1, await Broker.RemoveLettersAsync([letter.Id], letter.Event.Again("s", letter.Offset), default));
        Assert.Equal(0, await Broker.RemoveLettersAsync([letter.Id], letter.Event.Again("s", letter.Offset), default));
        await ReopenAsync();
        Assert.Empty((await Broker.ListDeadLettersAsync(new DeadLetterQuery(1), default)).Items);
        var again = Assert.Single(await Log.ReadAsync(2, 10, long.MaxValue));
        Assert.Equal((2, "a", new ReplayMark("s", 1)), (again.Offset, again.Event.Id, again.Event.Replay));
        Assert.Equal(TestEvents.Of("a").Attributes, again.Event.Attributes);
    }

    [Fact]
    public async Task A_replay_is_stored_with_what_it_appends_and_removes_and_goes_on_where_it_was_after_reopening()
    {
        await Log.OpenAsync("s");
        await AppendAsync("a", "b");
        await Log.SettleAsync("s", new Settlement.DeadLettered(Letter("s", 1), 2));
        var started = DateTimeOffset.UnixEpoch.AddDays(3);
        var wish = new ReplayWish(ReplaySource.DeadLetters, "s", null, 1, 9, Type: "t", Rate: 5);
        var replay = await Broker.RepeatAsync(new Replay(wish, started, Place: 1), [], [], default);
        Assert.NotEqual(0, replay.Number);
        await Broker.RepeatAsync(replay with { Place = 7, Events = 1 }, [TestEvents.Of("a").Again("s", 1)], [1], default);
        await ReopenAsync();
        Assert.Equal(replay with { Place = 7, Events = 1 }, Assert.Single(await Broker.ListReplaysAsync(default)));
        Assert.Empty((await Broker.ListDeadLettersAsync(new DeadLetterQuery(1), default)).Items);
        Assert.Equal(3, (await Log.ReadAsync(3, 1, 1))[0].Offset);
        await Broker.RepeatAsync(replay with { Ended = started, End = "done" }, [], [], default);
        Assert.Equal((started, "done"), (await Broker.ListReplaysAsync(default)) is [{ Ended: { } ended, End: { } end }] ? (ended, end) : default);
    }

    [Fact]
    public async Task A_dead_letter_that_somebody_took_meanwhile_is_not_appended_by_a_replay_and_not_counted()
    {
        await Log.OpenAsync("s");
        await AppendAsync("a", "b");
        for (var n = 1; n <= 2; n++) await Log.SettleAsync("s", new Settlement.DeadLettered(Letter("s", n), n + 1));
        var replay = await Broker.RepeatAsync(new Replay(new ReplayWish(ReplaySource.DeadLetters, "s", null, 1, 9), DateTimeOffset.UnixEpoch, Place: 1), [], [], default);
        await Broker.RemoveLettersAsync([1], null, default);
        replay = await Broker.RepeatAsync(replay with { Place = 3, Events = 2 }, [TestEvents.Of("a").Again("s", 1), TestEvents.Of("b").Again("s", 2)], [1, 2], default);
        Assert.Equal(1, replay.Events);
        Assert.Equal("b", Assert.Single(await Log.ReadAsync(3, 9, long.MaxValue)).Event.Id);
        Assert.Equal(replay, Assert.Single(await Broker.ListReplaysAsync(default)));
    }

    [Fact]
    public async Task Dead_letters_are_listed_oldest_first_after_one()
    {
        await Log.OpenAsync("s");
        await AppendAsync("a", "b", "c");
        for (var n = 1; n <= 3; n++) await Log.SettleAsync("s", new Settlement.DeadLettered(Letter("s", n), n + 1));
        var page = await Broker.ListDeadLettersAsync(new DeadLetterQuery(1, After: 1), default);
        Assert.Equal(2, Assert.Single(page.Items).Offset);
        Assert.NotNull(page.Next);
        Assert.Null((await Broker.ListDeadLettersAsync(new DeadLetterQuery(2, After: 1), default)).Next);
    }

    private protected virtual void Clean()
    {
    }

    private protected async Task ReopenAsync()
    {
        await Broker.DisposeAsync();
        Log = new(_opened = await OpenAsync());
    }

    private async Task<long?> AppendAsync(params string[] ids) => await Broker.AppendAsync([.. ids.Select(id => TestEvents.Of(id))], default);

    private async Task<List<string>> IdsAsync() => [.. (await Log.ReadAsync(1, 10_000, long.MaxValue)).Select(stored => stored.Event.Id)];

    internal static DeadLetter Letter(string subscription, long offset) => new()
    {
        Subscription = subscription,
        Offset = offset,
        Time = DateTimeOffset.UnixEpoch.AddDays(1),
        Received = DateTimeOffset.UnixEpoch,
        Destination = "http://x/",
        Code = 500,
        Verdict = Verdict.Answered,
        Reason = "no",
        ErrorData = new byte[] { 1, 2 },
        Deliveries = 3,
        Attempts = [new AttemptRecord(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), null, null, Verdict.NoEndpoint, "none")],
        Event = TestEvents.Of("a"),
    };
}
