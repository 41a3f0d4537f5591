using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Broker;

/// <summary>What every broker promises, however many lanes it has; an implementation gives only how it is opened.</summary>
public abstract class LaneConformance : IAsyncLifetime
{
    private IBroker? _opened;

    private IBroker Broker => _opened!;

    private protected abstract Task<IBroker> OpenAsync();

    public async ValueTask InitializeAsync() => _opened = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Clean();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_new_subscription_begins_at_the_end_and_gets_all_that_is_published_afterwards_with_all_it_carried()
    {
        await PublishAsync("before");
        var lanes = await Broker.OpenAsync("s", null, default);
        var record = new EventRecord
        {
            Attributes = [new("id", "é-1"), new("source", "/s"), new("type", "t"), new("datacontenttype", "text/plain"), new("x", "a \"b\" %"), new("subject", "日本"), new("partitionkey", "k")],
            Data = new byte[] { 0, 1, 255 },
            Principal = "spiffe://mesh.local/ns/default/app/orders",
            TraceParent = TestEvents.TraceParent,
            TraceState = "a=b",
        };
        await Broker.AppendAsync([record], default);
        await using (var reader = new LaneReader(lanes))
        {
            var (_, stored) = await reader.NextAsync();
            Assert.Equal(record.Attributes, stored.Event.Attributes);
            Assert.Equal(record.Data.ToArray(), stored.Event.Data.ToArray());
            Assert.Equal((record.Principal, record.TraceParent, record.TraceState), (stored.Event.Principal, stored.Event.TraceParent, stored.Event.TraceState));
        }

        await PublishAsync("after");
        await ReopenAsync();
        await using var again = new LaneReader(await Broker.OpenAsync("s", null, default));
        Assert.Equal(["after", "é-1"], (await again.NextAsync(2)).Select(item => item.Stored.Event.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Events_of_one_key_come_in_order_whoever_publishes_others()
    {
        await using var reader = new LaneReader(await Broker.OpenAsync("s", null, default));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async key =>
        {
            for (var n = 0; n < 50; n++) await Broker.AppendAsync([TestEvents.Of($"{n}", key: $"key-{key}")], default);
        }));
        var events = await reader.NextAsync(400);
        foreach (var key in events.GroupBy(item => item.Stored.Event["partitionkey"]))
        {
            Assert.Equal(Enumerable.Range(0, 50).Select(n => $"{n}"), key.Select(item => item.Stored.Event.Id));
            Assert.Single(key.Select(item => item.Lane).Distinct());
        }
    }

    [Fact]
    public async Task Progress_survives_reopening_in_every_mixture()
    {
        ILane lane;
        List<StoredEvent> events;
        var due = DateTimeOffset.UnixEpoch.AddDays(20_000).AddTicks(7);
        var attempt = new AttemptRecord(due, TimeSpan.FromMilliseconds(5), new Uri("http://x/"), 503, Verdict.Answered, null);
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", null, default)))
        {
            await PublishAsync([.. Enumerable.Range(0, 8).Select(n => $"{n}")]);
            var read = await reader.NextAsync(8);
            (lane, events) = (read[0].Lane, [.. read.Select(item => item.Stored)]);
            await lane.SettleAsync(new Settlement.Done(At(2), At(0), []), default);
            await lane.SettleAsync(new Settlement.Parked(new ParkedEvent(At(0), "k", due, 2, 1, [attempt]), At(1)), default);
            await lane.SettleAsync(new Settlement.Parked(new ParkedEvent(At(4), "k", null, 0, 0, []), At(1)), default);
            await lane.SettleAsync(new Settlement.DeadLettered(Letter("s", At(5)), At(1)), default);
            Assert.Equal("0", Assert.Single(await lane.ReadAsync(At(0), 1, 1, default)).Event.Id);
        }

        await ReopenAsync();
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", null, default)))
        {
            (lane, var progress) = await reader.OpenedAsync(lane.Number);
            Assert.Equal(At(1), progress.Cursor);
            Assert.Equal([At(2), At(5)], progress.SettledAhead.Order());
            Assert.Equal([At(0), At(4)], progress.Parked.Select(parked => parked.Offset));
            Assert.Equal((due, 2, 1, "k"), (progress.Parked[0].Due!.Value, progress.Parked[0].Deliveries, progress.Parked[0].Failures, progress.Parked[0].Key));
            Assert.Equal(attempt, Assert.Single(progress.Parked[0].Attempts));
            Assert.Null(progress.Parked[1].Due);

            await lane.SettleAsync(new Settlement.Done(At(1), At(3), []), default);
            await lane.SettleAsync(new Settlement.Done(At(0), At(3), []), default);
            await lane.SettleAsync(new Settlement.Done(At(4), At(3), []), default);
            await lane.SettleAsync(new Settlement.Skipped(At(4)), default);
            await lane.SettleAsync(new Settlement.Skipped(At(2)), default);
        }

        await ReopenAsync();
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", null, default)))
        {
            (_, var progress) = await reader.OpenedAsync(lane.Number);
            Assert.Equal(At(4), progress.Cursor);
            Assert.Equal([At(4), At(5)], progress.SettledAhead.Order());
            Assert.Empty(progress.Parked);
        }

        long At(int index) => events[index].Offset;
    }

    [Fact]
    public async Task Reply_events_are_stored_before_their_settlement_completes()
    {
        await using var reader = new LaneReader(await Broker.OpenAsync("s", null, default));
        await PublishAsync("a");
        var (lane, stored) = await reader.NextAsync();
        await lane.SettleAsync(new Settlement.Done(stored.Offset, stored.Offset + 1, [TestEvents.Of("reply")]), default);
        Assert.Equal("reply", Assert.Single((await Broker.ListEventsAsync(new EventQuery(1), default)).Items).Event.Id);
        Assert.Equal("reply", (await reader.NextAsync()).Stored.Event.Id);
    }

    [Fact]
    public async Task Dead_letters_are_listed_newest_first_by_page_subscription_and_id()
    {
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", null, default)))
        await using (var other = new LaneReader(await Broker.OpenAsync("t", null, default)))
        {
            await PublishAsync("a");
            var ((lane, stored), (second, _)) = (await reader.NextAsync(), await other.NextAsync());
            await lane.SettleAsync(new Settlement.DeadLettered(Letter("s", stored.Offset), stored.Offset), default);
            await second.SettleAsync(new Settlement.DeadLettered(Letter("t", stored.Offset), stored.Offset), default);
            await lane.SettleAsync(new Settlement.DeadLettered(Letter("s", stored.Offset), stored.Offset), default);
        }

        await ReopenAsync();
        var page = await Broker.ListDeadLettersAsync(new DeadLetterQuery(2), default);
        Assert.Equal([3L, 2L], page.Items.Select(letter => letter.Id));
        var rest = await Broker.ListDeadLettersAsync(new DeadLetterQuery(2, page.Next), default);
        Assert.Equal(1, Assert.Single(rest.Items).Id);
        Assert.Null(rest.Next);
        Assert.Equal([3L, 1L], (await Broker.ListDeadLettersAsync(new DeadLetterQuery(9, Subscription: "s"), default)).Items.Select(letter => letter.Id));
        var found = Assert.Single((await Broker.ListDeadLettersAsync(new DeadLetterQuery(9, Id: 2), default)).Items);
        var expected = Letter("t", found.Offset);
        Assert.Equal(expected.ErrorData.ToArray(), found.ErrorData.ToArray());
        Assert.Equal(expected.Attempts, found.Attempts);
        Assert.Equal(("a", expected.Subscription, expected.Code, expected.Reason, expected.Time), (found.Event.Id, found.Subscription, found.Code, found.Reason, found.Time));
    }

    [Fact]
    public async Task A_new_subscription_begins_where_it_is_told_and_one_that_was_there_stays_where_it_was()
    {
        await PublishAsync("a", "b");
        await using (var reader = new LaneReader(await Broker.OpenAsync("earliest", new StartEntry { IsEarliest = true }, default)))
        {
            var (lane, stored) = await reader.NextAsync();
            Assert.Equal("a", stored.Event.Id);
            await lane.SettleAsync(new Settlement.Done(stored.Offset, stored.Offset + 1, []), default);
        }

        await using var again = new LaneReader(await Broker.OpenAsync("earliest", new StartEntry { IsEarliest = true }, default));
        Assert.Equal("b", (await again.NextAsync()).Stored.Event.Id);
    }

    [Fact]
    public async Task What_the_lanes_hold_is_read_in_order_by_who_delivers_nothing()
    {
        await PublishAsync("a", "b", "c");
        var range = Assert.Single(await Broker.RangesAsync(null, null, default), static range => range.From < range.To);
        Assert.Equal(3, range.To - range.From);
        var read = await Broker.ReadAsync(range.Lane, range.From + 1, 2, long.MaxValue, default);
        Assert.Equal(["b", "c"], read.Select(stored => stored.Event.Id));
        Assert.Equal(range.From + 1, read[0].Offset);
        Assert.Single(await Broker.ReadAsync(range.Lane, range.From, 9, 1, default));
    }

    [Fact]
    public async Task Events_are_listed_newest_first_by_type_source_subject_and_id()
    {
        await Broker.AppendAsync([TestEvents.Of("a"), TestEvents.Of("b", "other"), TestEvents.Of("c")], default);
        Assert.Equal(["a", "b", "c"], (await Broker.ListEventsAsync(new EventQuery(9), default)).Items.Select(stored => stored.Event.Id).Order());
        Assert.Equal("b", Assert.Single((await Broker.ListEventsAsync(new EventQuery(9, Type: "other"), default)).Items).Event.Id);
        Assert.Equal("c", Assert.Single((await Broker.ListEventsAsync(new EventQuery(9, Id: "c"), default)).Items).Event.Id);
        Assert.Empty((await Broker.ListEventsAsync(new EventQuery(9, Source: "/nobody"), default)).Items);
        Assert.Empty((await Broker.ListEventsAsync(new EventQuery(9, Subject: "nothing"), default)).Items);
    }

    [Fact]
    public async Task A_dead_letter_that_is_removed_is_in_the_log_again_for_its_subscription_and_only_once()
    {
        DeadLetter letter;
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", null, default))) letter = await GiveUpAsync(reader, "a");
        var again = letter.Event.Again("s", letter.Offset, letter.Lane);
        Assert.Equal(1, await Broker.RemoveLettersAsync([letter.Id], again, default));
        Assert.Equal(0, await Broker.RemoveLettersAsync([letter.Id], again, default));
        await ReopenAsync();
        Assert.Empty((await Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
        var copies = (await Broker.ListEventsAsync(new EventQuery(9, Id: "a"), default)).Items.Where(static stored => stored.Event.Replay is not null);
        var copy = Assert.Single(copies).Event;
        Assert.Equal(("s", letter.Offset, letter.Lane), (copy.Replay!.Subscription, copy.Replay.Origin, copy.Replay.Lane));
        Assert.Equal(letter.Event.Principal, copy.Principal);
    }

    [Fact]
    public async Task Dead_letters_are_listed_oldest_first_after_one_and_some_may_be_discarded()
    {
        await using var reader = new LaneReader(await Broker.OpenAsync("s", null, default));
        List<DeadLetter> letters = [await GiveUpAsync(reader, "a"), await GiveUpAsync(reader, "b"), await GiveUpAsync(reader, "c"), await GiveUpAsync(reader, "d")];
        var page = await Broker.ListDeadLettersAsync(new DeadLetterQuery(1, After: letters[0].Id), default);
        Assert.Equal(letters[1].Id, Assert.Single(page.Items).Id);
        Assert.NotNull(page.Next);
        Assert.Equal(2, await Broker.RemoveLettersAsync([letters[1].Id, letters[2].Id, 4711], null, default));
        page = await Broker.ListDeadLettersAsync(new DeadLetterQuery(9, After: letters[0].Id), default);
        Assert.Equal(letters[3].Id, Assert.Single(page.Items).Id);
        Assert.Null(page.Next);
        Assert.Equal([letters[3].Id, letters[0].Id], (await Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items.Select(static letter => letter.Id));
    }

    [Fact]
    public async Task A_replay_is_stored_with_what_it_appends_and_removes_and_goes_on_where_it_was_after_reopening()
    {
        var started = DateTimeOffset.UnixEpoch.AddDays(3);
        Replay replay;
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", null, default)))
        {
            DeadLetter[] letters = [await GiveUpAsync(reader, "a"), await GiveUpAsync(reader, "b")];
            replay = await Broker.RepeatAsync(new Replay(new ReplayWish(ReplaySource.DeadLetters, "s", null, 1, 9, Type: "t", Rate: 5), started, Place: 1), [], [], default);
            Assert.NotEqual(0, replay.Number);
            await Broker.RemoveLettersAsync([letters[0].Id], null, default);
            replay = await Broker.RepeatAsync(replay with { Place = 7, Events = 2 }, [.. letters.Select(static letter => letter.Event.Again("s", letter.Offset, letter.Lane))], [.. letters.Select(static letter => letter.Id)], default);
            Assert.Equal(1, replay.Events);
        }

        await ReopenAsync();
        Assert.Equal(replay, Assert.Single(await Broker.ListReplaysAsync(default)));
        Assert.Empty((await Broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
        Assert.Equal("b", Assert.Single((await Broker.ListEventsAsync(new EventQuery(9), default)).Items, static stored => stored.Event.Replay is not null).Event.Id);
        await Broker.RepeatAsync(replay with { Ended = started, End = "done" }, [], [], default);
        Assert.Equal((started, "done"), (await Broker.ListReplaysAsync(default)) is [{ Ended: { } ended, End: { } end }] ? (ended, end) : default);
    }

    private protected virtual void Clean()
    {
    }

    private async Task ReopenAsync()
    {
        await Broker.DisposeAsync();
        _opened = await OpenAsync();
    }

    private async Task PublishAsync(params string[] ids) => Assert.NotNull(await Broker.AppendAsync([.. ids.Select(id => TestEvents.Of(id, key: "k"))], default));

    /// <summary>Publishes an event and gives it up.</summary>
    private async Task<DeadLetter> GiveUpAsync(LaneReader reader, string id)
    {
        await PublishAsync(id);
        var (lane, stored) = await reader.NextAsync();
        await lane.SettleAsync(new Settlement.DeadLettered(Letter("s", stored.Offset) with { Lane = stored.Lane, Event = stored.Event }, stored.Offset + 1), default);
        return (await Broker.ListDeadLettersAsync(new DeadLetterQuery(1), default)).Items[0];
    }

    private static DeadLetter Letter(string subscription, long offset) => new()
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
