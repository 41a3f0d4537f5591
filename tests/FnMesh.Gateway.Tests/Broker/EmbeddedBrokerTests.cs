using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Broker;

public sealed class EmbeddedBrokerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_opening_of_a_data_directory_is_refused_until_the_first_is_closed()
    {
        var first = await OpenAsync();
        var refusal = await Assert.ThrowsAsync<BrokerException>(() => OpenAsync());
        Assert.Contains("another broker", refusal.Message);
        await first.DisposeAsync();
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_newer_version_of_the_file_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={LogFile.PathIn(_directory.Path)};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Contains("newer", (await Assert.ThrowsAsync<BrokerException>(() => OpenAsync())).Message);
    }

    [Fact]
    public async Task A_file_that_is_no_log_is_refused_and_named()
    {
        await File.WriteAllTextAsync(LogFile.PathIn(_directory.Path), new string('x', 5_000));
        Assert.Contains("broker.db", (await Assert.ThrowsAsync<BrokerException>(() => OpenAsync())).Message);
    }

    [Fact]
    public async Task A_full_disk_fails_the_whole_group_stores_nothing_and_leaves_the_broker_going()
    {
        await using var broker = await OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path, MaxFileBytes = 200_000 });
        await broker.RegisterAsync("s", null, default);
        Assert.Equal(1, await broker.AppendAsync([TestEvents.Of("a")], default));
        var large = TestEvents.Of("large", data: new string('x', 1_000_000));
        var failure = await Assert.ThrowsAsync<BrokerException>(() => broker.AppendAsync([TestEvents.Of("small"), large], default).AsTask());
        Assert.Contains("nothing was stored", failure.Message);
        Assert.Equal(2, broker.End);
        Assert.Equal(2, await broker.AppendAsync([TestEvents.Of("b")], default));
        Assert.Equal(["a", "b"], (await broker.ReadAsync(1, 9, long.MaxValue, default)).Select(stored => stored.Event.Id));
    }

    [Fact]
    public async Task A_settlement_of_a_subscription_that_is_not_open_is_refused()
    {
        await using var broker = await OpenAsync();
        await broker.AppendAsync([TestEvents.Of("a")], default);
        await Assert.ThrowsAsync<BrokerException>(() => broker.SettleAsync("s", new Settlement.Done(1, 2, [TestEvents.Of("reply")]), default).AsTask());
        Assert.Equal("a", Assert.Single(await broker.ReadAsync(1, 9, long.MaxValue, default)).Event.Id);
    }

    [Fact]
    public async Task After_a_failed_settlement_later_ones_fail_until_the_subscription_is_opened_again()
    {
        await using var broker = await OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path, MaxFileBytes = 200_000 });
        await broker.RegisterAsync("s", null, default);
        await broker.AppendAsync([TestEvents.Of("a"), TestEvents.Of("b")], default);
        var large = TestEvents.Of("large", data: new string('x', 1_000_000));
        var first = broker.SettleAsync("s", new Settlement.Done(1, 2, [large]), default).AsTask();
        var second = broker.SettleAsync("s", new Settlement.Done(2, 3, []), default).AsTask();
        await Assert.ThrowsAsync<BrokerException>(() => first);
        await Assert.ThrowsAsync<BrokerException>(() => second);
        Assert.Equal(1, (await broker.RegisterAsync("s", null, default)).Cursor);
        await broker.SettleAsync("s", new Settlement.Done(1, 2, []), default);
        Assert.Equal(2, (await broker.RegisterAsync("s", null, default)).Cursor);
    }

    [Fact]
    public async Task Publishers_are_refused_when_too_much_waits_and_what_was_taken_is_stored()
    {
        await using var broker = await OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path, QueuedRequests = 2 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(n => broker.AppendAsync([TestEvents.Of($"{n}")], default).AsTask()));
        Assert.Contains(null, answers);
        Assert.Equal(answers.Count(offset => offset is not null), (await broker.ReadAsync(1, 10_000, long.MaxValue, default)).Count);
    }

    [Fact]
    public async Task A_closed_broker_says_so_to_those_who_wait_and_those_who_come()
    {
        var broker = await OpenAsync();
        var waiting = broker.WaitAsync(1, default).AsTask();
        await broker.DisposeAsync();
        await Assert.ThrowsAsync<BrokerException>(() => waiting);
        await Assert.ThrowsAsync<BrokerException>(() => broker.AppendAsync([TestEvents.Of("a")], default).AsTask());
        await Assert.ThrowsAsync<BrokerException>(() => broker.ListEventsAsync(new EventQuery(1), default).AsTask());
    }

    [Fact]
    public async Task Events_that_left_memory_are_read_from_the_file_in_order()
    {
        await using var broker = await OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path, RecentEvents = 4 });
        for (var n = 1; n <= 10; n++) await broker.AppendAsync([TestEvents.Of($"{n}")], default);
        List<long> offsets = [];
        while (offsets.Count < 10) offsets.AddRange((await broker.ReadAsync(offsets.Count + 1, 3, long.MaxValue, default)).Select(stored => stored.Offset));
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), offsets);
    }

    [Fact]
    public async Task A_copy_taken_under_load_opens_clean_and_holds_all_that_was_acknowledged_before()
    {
        await using var broker = await OpenAsync();
        using var stop = new CancellationTokenSource();
        long acknowledged = 0;
        var enough = new TaskCompletionSource();
        var publishers = Enumerable.Range(0, 4).Select(n => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await broker.AppendAsync([TestEvents.Of($"{n}", data: new string('x', 500))], default);
                if (Interlocked.Increment(ref acknowledged) == 500) enough.SetResult();
            }
        })).ToArray();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(30));
        using var copy = new TempDirectory();
        var before = broker.End;
        var path = LogFile.PathIn(_directory.Path);
        File.Copy(path, LogFile.PathIn(copy.Path));
        File.Copy(path + "-wal", LogFile.PathIn(copy.Path) + "-wal");
        await stop.CancelAsync();
        await Task.WhenAll(publishers);
        await using var reopened = await OpenAsync(new EmbeddedBrokerOptions { DataDirectory = copy.Path });
        Assert.True(reopened.End >= before, $"{reopened.End} < {before}");
        var read = 0L;
        while (read + 1 < before)
        {
            foreach (var stored in await reopened.ReadAsync(read + 1, 1_000, long.MaxValue, default)) Assert.Equal(++read, stored.Offset);
        }
    }

    private Task<EmbeddedBroker> OpenAsync(EmbeddedBrokerOptions? options = null) => EmbeddedBroker.OpenAsync(
        options ?? new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, TimeProvider.System, default);
}
