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
    public async Task The_oldest_go_when_there_are_too_many()
    {
        await using var store = await OpenAsync(new() { DataDirectory = _folder, MaxSpans = 200 });
        var spans = Enumerable.Range(0, 500).Select(_ => Ended()).ToList();
        foreach (var group in spans.Chunk(50))
        {
            foreach (var span in group) store.Add(span);
            await store.FlushAsync(default).WaitAsync(SpanRig.Timeout);
        }

        Assert.Empty(await store.FindTraceAsync(spans[299].TraceId, default));
        Assert.Single(await store.FindTraceAsync(spans[310].TraceId, default));
        Assert.InRange(Rows(), 150, 200);
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
        Assert.Equal(1, Rows());
    }

    [Fact]
    public async Task Spans_beyond_what_may_wait_are_dropped_and_counted()
    {
        await using var store = await OpenAsync(new() { DataDirectory = _folder, MaxWaiting = 10 });
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
    public async Task A_damaged_file_is_begun_anew()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "spans.db"), [.. Enumerable.Range(0, 8192).Select(i => (byte)i)]);
        await using var store = await OpenAsync();
        var span = Ended();
        store.Add(span);

        Assert.Single(await store.FindTraceAsync(span.TraceId, default).WaitAsync(SpanRig.Timeout));
    }

    [Fact]
    public async Task A_file_of_another_version_is_begun_anew()
    {
        await using (var store = await OpenAsync()) store.Add(Ended());
        using (var other = new SqliteConnection($"Data Source={Path.Combine(_folder, "spans.db")};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "ALTER TABLE spans DROP COLUMN verdict; PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        await using var again = await OpenAsync();
        var span = Ended();
        again.Add(span);

        Assert.Single(await again.FindTraceAsync(span.TraceId, default).WaitAsync(SpanRig.Timeout));
        Assert.Equal(1, Rows());
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

    private Activity Ended()
    {
        var span = _rig.Spans.StartCall(null, "GET", "/")!;
        _rig.Spans.Finish(span, Outcome.Answered(200));
        return span;
    }

    private long Rows()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "spans.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM spans";
        return (long)command.ExecuteScalar()!;
    }
}
