using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

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
        var lanes = await Broker.OpenAsync("s", default);
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
        await using var again = new LaneReader(await Broker.OpenAsync("s", default));
        Assert.Equal(["after", "é-1"], (await again.NextAsync(2)).Select(item => item.Stored.Event.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Events_of_one_key_come_in_order_whoever_publishes_others()
    {
        await using var reader = new LaneReader(await Broker.OpenAsync("s", default));
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
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", default)))
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
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", default)))
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
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", default)))
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
        await using var reader = new LaneReader(await Broker.OpenAsync("s", default));
        await PublishAsync("a");
        var (lane, stored) = await reader.NextAsync();
        await lane.SettleAsync(new Settlement.Done(stored.Offset, stored.Offset + 1, [TestEvents.Of("reply")]), default);
        Assert.Equal("reply", Assert.Single((await Broker.ListEventsAsync(new EventQuery(1), default)).Items).Event.Id);
        Assert.Equal("reply", (await reader.NextAsync()).Stored.Event.Id);
    }

    [Fact]
    public async Task Dead_letters_are_listed_newest_first_by_page_subscription_and_id()
    {
        await using (var reader = new LaneReader(await Broker.OpenAsync("s", default)))
        await using (var other = new LaneReader(await Broker.OpenAsync("t", default)))
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

    private protected virtual void Clean()
    {
    }

    private async Task ReopenAsync()
    {
        await Broker.DisposeAsync();
        _opened = await OpenAsync();
    }

    private async Task PublishAsync(params string[] ids) => Assert.NotNull(await Broker.AppendAsync([.. ids.Select(id => TestEvents.Of(id, key: "k"))], default));

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
