using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Pipeline;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Broker;

public sealed class RetentionTests : IAsyncLifetime
{
    private const int Block = LogBlocks.MaxEvents;
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private RetentionBounds? _bounds = new(TimeSpan.FromDays(7), 1L << 30, TimeSpan.FromDays(30));
    private EmbeddedBroker _broker = null!;

    public async ValueTask InitializeAsync() => _broker = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Events_are_deleted_once_they_are_older_than_the_log_keeps_and_offsets_go_on()
    {
        await AppendAsync("old", 3);
        await PassAsync(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(10));
        Assert.Equal(1, _broker.First);
        await PassAsync(TimeSpan.FromMinutes(11));
        Assert.Equal((4L, 4L), (_broker.First, _broker.End));
        await ReopenAsync();
        Assert.Equal((4L, 4L), (_broker.First, _broker.End));
        Assert.Empty((await _broker.ListEventsAsync(new EventQuery(10), default)).Items);
        Assert.Equal(4, await AppendAsync("new", 1));
    }

    [Fact]
    public async Task What_is_within_the_age_stays_however_old_its_neighbours_are()
    {
        await AppendAsync("old", 2);
        await PassAsync(TimeSpan.FromDays(5));
        await AppendAsync("young", 2);
        await PassAsync(TimeSpan.FromDays(3));
        Assert.Equal(3, _broker.First);
        Assert.Equal(["young-1", "young-0"], (await _broker.ListEventsAsync(new EventQuery(10), default)).Items.Select(stored => stored.Event.Id));
    }

    [Fact]
    public async Task The_oldest_events_are_deleted_while_all_weigh_more_than_the_log_keeps()
    {
        var one = EventSize.Of(TestEvents.Of("00000-0", data: new string('x', 1_000)));
        _bounds = new(TimeSpan.FromDays(7), 3 * Block * one, TimeSpan.FromDays(30));
        for (var n = 0; n < 20; n++) await AppendAsync($"{n:00000}", Block / 2, new string('x', 1_000));
        await PassAsync(TimeSpan.FromMinutes(1));
        var kept = _broker.End - _broker.First;
        Assert.InRange(kept, 2 * Block, 3 * Block + Block / 2);
        Assert.Equal(_broker.First, (await _broker.ReadAsync(1, 1, 1, default))[0].Offset);
    }

    [Fact]
    public async Task What_is_deleted_is_not_read_from_memory_either()
    {
        await AppendAsync("old", 3);
        await PassAsync(TimeSpan.FromDays(8));
        Assert.Empty(await _broker.ReadAsync(1, 10, long.MaxValue, default));
        await AppendAsync("new", 1);
        Assert.Equal(4, Assert.Single(await _broker.ReadAsync(1, 10, long.MaxValue, default)).Offset);
    }

    [Fact]
    public void Deleting_keeps_up_with_publishers_of_large_events()
    {
        using var directory = new TempDirectory();
        var bounds = new RetentionBounds(TimeSpan.FromDays(7), 8 << 20, TimeSpan.FromDays(30));
        using var tables = new LogTables(LogFile.OpenForWriting(LogFile.PathIn(directory.Path), syncs: false), () => bounds, _time);
        var large = EncodedEvent.All([.. Enumerable.Range(0, 32).Select(static n => TestEvents.Of($"{n}", data: new string('x', 256 << 10)))], _time.GetUtcNow());
        for (var n = 0; n < 12; n++)
        {
            tables.Begin();
            tables.Append(large);
            tables.Retain(idle: false);
            tables.Commit();
        }

        Assert.InRange(tables.End - tables.First, 32, 3 * 32);
    }

    [Fact]
    public async Task Publishers_whom_a_full_disk_refuses_do_not_keep_it_from_deleting()
    {
        await _broker.DisposeAsync();
        _broker = await OpenAsync(maxFileBytes: 8 << 20);
        var data = new string('x', 1_000);
        await Assert.ThrowsAsync<BrokerException>(async () =>
        {
            while (true) await AppendAsync("full", Block / 8, data);
        });
        _bounds = _bounds! with { Bytes = 4 << 20 };
        await Assert.ThrowsAsync<BrokerException>(() => AppendAsync("refused", 8 * Block, data));
        await _broker.SettledAsync(default, look: false);
        Assert.True(_broker.First > 1, $"{_broker.First} of {_broker.End}");
    }

    [Fact]
    public async Task Without_bounds_nothing_is_deleted()
    {
        _bounds = null;
        await AppendAsync("old", 2 * Block);
        await PassAsync(TimeSpan.FromDays(400));
        Assert.Equal(1, _broker.First);
    }

    [Fact]
    public async Task An_event_that_waits_for_its_redelivery_when_it_is_deleted_becomes_a_dead_letter_with_its_attempts()
    {
        await _broker.RegisterAsync("s", null, default);
        await AppendAsync("old", 2);
        var attempt = new AttemptRecord(_time.GetUtcNow(), TimeSpan.FromMilliseconds(5), new Uri("http://x/"), 503, Verdict.Answered, null);
        await _broker.SettleAsync("s", new Settlement.Parked(new ParkedEvent(1, null, _time.GetUtcNow().AddDays(9), 2, 1, [attempt]), 2), default);
        await _broker.SettleAsync("s", new Settlement.Done(2, 3, []), default);
        await PassAsync(TimeSpan.FromDays(8));
        var letter = Assert.Single((await _broker.ListDeadLettersAsync(new DeadLetterQuery(9), default)).Items);
        Assert.Equal(("s", 1L, Verdict.Expired, 2, "old-0", "http://x/"), (letter.Subscription, letter.Offset, letter.Verdict, letter.Deliveries, letter.Event.Id, letter.Destination));
        Assert.Equal(attempt, Assert.Single(letter.Attempts));
        Assert.Empty((await _broker.RegisterAsync("s", null, default)).Parked);
    }

    [Fact]
    public async Task Dead_letters_are_deleted_once_they_are_older_than_the_log_keeps_them()
    {
        await _broker.RegisterAsync("s", null, default);
        await AppendAsync("old", 200);
        for (var n = 1; n <= 200; n++) await _broker.SettleAsync("s", new Settlement.DeadLettered(BrokerConformance.Letter("s", n) with { Time = _time.GetUtcNow() }, n + 1), default);
        await PassAsync(TimeSpan.FromDays(29));
        Assert.Equal(200, (await _broker.ListDeadLettersAsync(new DeadLetterQuery(1_000), default)).Items.Count);
        await PassAsync(TimeSpan.FromDays(2));
        Assert.Empty((await _broker.ListDeadLettersAsync(new DeadLetterQuery(1_000), default)).Items);
    }

    [Fact]
    public async Task A_disk_that_is_full_while_it_deletes_loses_nothing_and_deleting_goes_on_later()
    {
        await _broker.DisposeAsync();
        _broker = await OpenAsync(maxFileBytes: 8 << 20);
        var data = new string('x', 1_000);
        var stored = 0;
        await Assert.ThrowsAsync<BrokerException>(async () =>
        {
            while (true)
            {
                await AppendAsync($"{stored}", Block / 8, data);
                stored += Block / 8;
            }
        });
        Assert.Equal(stored, _broker.End - 1);
        _bounds = _bounds! with { Bytes = 4 << 20 };
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(_broker.First > 1, $"{_broker.First} of {_broker.End}");
        Assert.Equal(stored + 1, await AppendAsync("again", Block / 8, data));
        await ReopenAsync();
        Assert.Equal(_broker.End - _broker.First, (await _broker.ReadAsync(1, 100_000, long.MaxValue, default)).Count);
    }

    [Fact]
    public async Task A_file_of_the_first_version_is_taken_over_with_blocks_for_what_it_holds()
    {
        await AppendAsync("kept", 3 * Block + 5);
        await _broker.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={LogFile.PathIn(_directory.Path)};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE log; DROP TABLE blocks; DROP TABLE blockkeys; DROP TABLE replays; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        _broker = await OpenAsync();
        Assert.Equal((1L, 3L * Block + 6), (_broker.First, _broker.End));
        Assert.Equal(2, Assert.Single((await _broker.ListEventsAsync(new EventQuery(9, Id: "kept-1"), default)).Items).Offset);
        await PassAsync(TimeSpan.FromDays(8));
        Assert.Equal(_broker.End, _broker.First);
    }

    private Task<EmbeddedBroker> OpenAsync(long? maxFileBytes = null) => EmbeddedBroker.OpenAsync(
        new EmbeddedBrokerOptions { DataDirectory = _directory.Path, Retention = () => Volatile.Read(ref _bounds), MaxFileBytes = maxFileBytes }, NullLoggerFactory.Instance, _time, default);

    private async Task ReopenAsync()
    {
        await _broker.DisposeAsync();
        _broker = await OpenAsync();
    }

    private async Task<long?> AppendAsync(string id, int count, string data = "{}") =>
        await _broker.AppendAsync([.. Enumerable.Range(0, count).Select(n => TestEvents.Of($"{id}-{n}", data: data))], default);

    /// <summary>The clock moves on, and the writer has looked and deleted what it found: it takes up what it is asked for when nothing more is due.</summary>
    private async Task PassAsync(TimeSpan span)
    {
        _time.Advance(span);
        await _broker.SettledAsync(default);
    }
}
