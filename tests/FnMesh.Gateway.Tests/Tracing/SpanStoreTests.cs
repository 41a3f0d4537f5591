using System.Diagnostics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Tracing;

public sealed class SpanStoreTests : IDisposable
{
    private readonly SpanRig _rig = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("fnmesh-spans-").FullName;

    public void Dispose()
    {
        _rig.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_trace_is_found_with_everything_that_ended_before_the_question()
    {
        await using var store = await OpenAsync();
        var call = _rig.Spans.StartCall(TraceHeaders.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "fnmesh=00f067aa0ba902b7"), "GET", "/\ud83d\ude00\ud83d")!;
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        var attempt = _rig.Spans.StartAttempt(call, 1)!;
        Spans.FinishAttempt(attempt, new AttemptRecord(_rig.Time.GetUtcNow(), TimeSpan.FromTicks(12_345), null, null, Verdict.Unreachable, "refused"));
        _rig.Time.Advance(TimeSpan.FromMilliseconds(5));
        _rig.Spans.Finish(call, Outcome.Answered(200));
        foreach (var span in _rig.Ended) store.Add(span);

        var found = await store.FindTraceAsync(call.TraceId, default).WaitAsync(SpanRig.Timeout);

        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(2, found.Count);
        Assert.Equal(
            new SpanRecord(
                call.SpanId.ToHexString(), "b7ad6b7169203331", "00f067aa0ba902b7", "call", call.DisplayName, start, TimeSpan.FromMilliseconds(6), 200, "Answered", found[0].Attributes),
            found[0] with { Name = call.DisplayName });
        Assert.Contains("\"http.request.method\":\"GET\"", found[0].Attributes, StringComparison.Ordinal);
        Assert.Equal(
            (attempt.SpanId.ToHexString(), call.SpanId.ToHexString(), null, "attempt", start.AddMilliseconds(1), TimeSpan.FromTicks(12_345), null, "Unreachable"),
            (found[1].SpanId, found[1].ParentId, found[1].MeshParentId, found[1].Kind, found[1].Start, found[1].Duration, found[1].Status, found[1].Verdict));
        Assert.Empty(await store.FindTraceAsync(ActivityTraceId.CreateRandom(), default));
    }

    [Fact]
    public async Task Spans_survive_a_restart()
    {
        var span = Ended();
        await using (var store = await OpenAsync()) store.Add(span);

        await using var again = await OpenAsync();

        Assert.Single(await again.FindTraceAsync(span.TraceId, default).WaitAsync(SpanRig.Timeout));
    }

    [Fact]
    public async Task Two_gateways_of_which_one_takes_over_from_the_other_write_spans_beside_each_other()
    {
        Activity[] spans = [Ended(), Ended(), Ended(), Ended()];
        await using var ending = await OpenAsync();
        await using var store = await OpenAsync();
        foreach (var (span, by) in spans.Zip([ending, store, ending, store]))
        {
            by.Add(span);
            await by.FlushAsync(default).WaitAsync(SpanRig.Timeout);
        }

        foreach (var span in spans) Assert.Single(await store.FindTraceAsync(span.TraceId, default).WaitAsync(SpanRig.Timeout));
    }

    [Fact]
    public async Task The_oldest_go_when_there_are_too_many()
    {
        await using var store = await OpenAsync(new() { DataDirectory = _folder, MaxSpans = 1_000 });
        var spans = Enumerable.Range(0, 2_500).Select(_ => Ended()).ToList();
        foreach (var group in spans.Chunk(50))
        {
            foreach (var span in group) store.Add(span);
            await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);
        }

        Assert.Empty(await store.FindTraceAsync(spans[1_499].TraceId, default));
        Assert.Single(await store.FindTraceAsync(spans[1_500 + SpanBlock.Capacity].TraceId, default));
        Assert.InRange(Kept(), 1_000 - SpanBlock.Capacity, 1_000);
        Assert.Equal(0, store.Dropped);
    }

    [Fact]
    public async Task Old_spans_go()
    {
        await using var store = await OpenAsync(new() { DataDirectory = _folder, MaxAge = TimeSpan.FromDays(1) });
        var old = Enumerable.Range(0, 2_500).Select(_ => Ended()).ToList();
        foreach (var span in old) store.Add(span);
        await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);
        _rig.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(2));
        var young = Ended();
        store.Add(young);

        Assert.Single(await store.FindTraceAsync(young.TraceId, default).WaitAsync(SpanRig.Timeout));
        Assert.Equal(1, Kept());
    }

    [Fact]
    public async Task Old_spans_go_though_none_follows_them_and_new_ones_are_kept_after()
    {
        await using var store = await OpenAsync(new() { DataDirectory = _folder, MaxAge = TimeSpan.FromDays(1) });
        var old = Ended();
        store.Add(old);
        await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);
        _rig.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(2));

        Assert.Empty(await store.FindTraceAsync(old.TraceId, default).WaitAsync(SpanRig.Timeout));
        var young = Ended();
        store.Add(young);
        Assert.Single(await store.FindTraceAsync(young.TraceId, default).WaitAsync(SpanRig.Timeout));
        Assert.Equal(1, Kept());
    }

    [Fact]
    public async Task Spans_share_a_row_though_they_end_one_at_a_time()
    {
        await using var store = await OpenAsync();
        var spans = Enumerable.Range(0, SpanBlock.Capacity + 2).Select(_ => Ended()).ToList();
        foreach (var span in spans)
        {
            store.Add(span);
            await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);
        }

        Assert.Equal(2, Number("SELECT count(*) FROM blocks"));
        Assert.Equal(spans.Count, Kept());
        foreach (var span in spans) Assert.Single(await store.FindTraceAsync(span.TraceId, default));
    }

    [Fact]
    public async Task Only_what_ended_within_an_hour_shares_a_row()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            store.Add(Ended());
            await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);
            _rig.Time.Advance(TimeSpan.FromMinutes(40));
        }

        Assert.Equal(2, Number("SELECT count(*) FROM blocks"));
    }

    [Fact]
    public async Task A_trace_is_found_in_all_its_rows_by_start_and_no_other_with_it()
    {
        await using var store = await OpenAsync();
        var context = TraceHeaders.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
        var sameEnd = TraceHeaders.Parse("00-11f7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
        var root = _rig.Spans.StartCall(context, "GET", "/root")!;
        List<Activity> children = [];
        for (var i = 0; i < 3 * SpanBlock.Capacity; i++)
        {
            _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
            children.Add(Ended(i % 100 == 0 ? context : sameEnd));
        }

        _rig.Spans.Finish(root, Outcome.Answered(200));
        foreach (var span in _rig.Ended) store.Add(span);

        var found = await store.FindTraceAsync(root.TraceId, default).WaitAsync(SpanRig.Timeout);

        Assert.Equal([root.SpanId.ToHexString(), .. children.Where((_, i) => i % 100 == 0).Select(child => child.SpanId.ToHexString())], found.Select(span => span.SpanId));
    }

    [Fact]
    public async Task A_long_trace_is_cut_at_ten_thousand_spans_the_earliest_first()
    {
        await using var store = await OpenAsync();
        var context = TraceHeaders.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
        for (var i = 0; i < 25_000; i++)
        {
            store.Add(Ended(context));
            _rig.Time.Advance(TimeSpan.FromTicks(1));
        }

        var found = await store.FindTraceAsync(context!.Value.TraceId, default).WaitAsync(SpanRig.Timeout);

        Assert.Equal(_rig.Ended.Take(10_000).Select(span => span.SpanId.ToHexString()), found.Select(span => span.SpanId));
    }

    [Fact]
    public async Task Spans_beyond_what_may_wait_are_dropped_and_counted()
    {
        await using var store = await OpenAsync(new() { DataDirectory = _folder, MaxWaitingBytes = 2_000 });
        var span = Ended();
        // A writer of somebody else's holds the store's own up.
        using (var other = new SqliteConnection($"Data Source={Path.Combine(_folder, "spans.db")};Pooling=False"))
        {
            other.Open();
            using var hold = other.BeginTransaction(deferred: false);
            for (var i = 0; i < 1_000; i++) store.Add(span);
        }

        await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);

        Assert.InRange(store.Dropped, 900, 990);
        Assert.Equal(1_000 - store.Dropped, (await store.FindTraceAsync(span.TraceId, default)).Count);
    }

    [Fact]
    public async Task What_cannot_be_written_is_dropped_and_counted_and_the_next_is_written()
    {
        await using var store = await OpenAsync();
        await AddAsync();
        Execute("ALTER TABLE blocks RENAME TO away");
        await AddAsync();
        await AddAsync();
        Execute("ALTER TABLE away RENAME TO blocks");
        var span = await AddAsync();

        Assert.Equal(2, store.Dropped);
        Assert.Equal(2, Kept());
        Assert.Single(await store.FindTraceAsync(span.TraceId, default).WaitAsync(SpanRig.Timeout));

        async Task<Activity> AddAsync()
        {
            var ended = Ended();
            store.Add(ended);
            await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);
            return ended;
        }
    }

    [Fact]
    public async Task A_damaged_file_is_begun_anew()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "spans.db"), [.. Enumerable.Range(0, 8192).Select(i => (byte)i)]);
        await using var store = await OpenAsync();
        var span = Ended();
        store.Add(span);

        Assert.Single(await store.FindTraceAsync(span.TraceId, default).WaitAsync(SpanRig.Timeout));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    public async Task A_file_of_another_version_is_begun_anew(int version)
    {
        await using (var store = await OpenAsync()) store.Add(Ended());
        Execute($"DROP TABLE blocks; CREATE TABLE blocks (other TEXT); CREATE TABLE spans (id INTEGER); PRAGMA user_version = {version}");

        await using var again = await OpenAsync();
        var span = Ended();
        again.Add(span);

        Assert.Single(await again.FindTraceAsync(span.TraceId, default).WaitAsync(SpanRig.Timeout));
        Assert.Equal(1, Kept());
        Assert.Equal(0, Number("SELECT count(*) FROM sqlite_schema WHERE name = 'spans'"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_an_error_at_the_start()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");

        await Assert.ThrowsAnyAsync<IOException>(() => OpenAsync(new() { DataDirectory = Path.Combine(file, "below") }).WaitAsync(SpanRig.Timeout));
    }

    [Fact]
    public async Task Questions_after_the_end_are_refused_and_spans_are_dropped()
    {
        var store = await OpenAsync();
        await store.DisposeAsync();

        store.Add(Ended());

        Assert.Equal(1, store.Dropped);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.FlushAsync(default));
        await store.DisposeAsync();
    }

    private Task<SpanStore> OpenAsync(SpanStoreOptions? options = null) =>
        SpanStore.OpenAsync(options ?? new() { DataDirectory = _folder }, NullLogger.Instance, _rig.Time);

    private Activity Ended(in TraceContext? context = null)
    {
        var span = _rig.Spans.StartCall(context, "GET", "/")!;
        _rig.Spans.Finish(span, Outcome.Answered(200));
        return span;
    }

    private long Kept() => Number("SELECT sum(count) FROM blocks");

    private long Number(string sql) => (long)Execute(sql)!;

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "spans.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
