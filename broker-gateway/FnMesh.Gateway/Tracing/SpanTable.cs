using System.Diagnostics;
using System.Runtime.InteropServices;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Node.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// The blocks of spans in their file. Nothing is indexed: a question reads the keys of all blocks, at most some thousand rows, and then
/// the spans of those that hold the trace. Not for two threads at once.
/// </summary>
internal sealed class SpanTable : IDisposable
{
    private const long SchemaVersion = 2;
    private const int MaxFound = 10_000;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private static readonly TimeSpan AgeCheck = TimeSpan.FromMinutes(1);

    /// <summary>The spans of a block that is written further end within this time, so that age removes them together.</summary>
    private static readonly TimeSpan MaxBlockTime = TimeSpan.FromHours(1);

    private readonly SpanStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly SqliteConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _put;
    private readonly Statement _find;
    private readonly Statement _oldest;
    private readonly Statement _remove;
    private readonly Statement _next;

    /// <summary>The last row that this process began, which grows until it is full. A gateway that takes over writes rows of its own.</summary>
    private readonly SpanBlock _open = new();
    private long _openId;
    private long _spans;
    private DateTimeOffset _nextAgeCheck;

    private SpanTable(SqliteConnection connection, SpanStoreOptions options, TimeProvider time)
    {
        (_connection, _options, _time) = (connection, options, time);
        Execute($"""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608; PRAGMA busy_timeout = 30000;
            CREATE TABLE IF NOT EXISTS blocks (id INTEGER PRIMARY KEY, ended INTEGER NOT NULL, count INTEGER NOT NULL, traces BLOB NOT NULL, spans BLOB NOT NULL);
            PRAGMA user_version = {SchemaVersion};
            """);
        _spans = Number(connection, "SELECT coalesce(sum(count), 0) FROM blocks");
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _put = new(connection, "INSERT OR REPLACE INTO blocks (id, ended, count, traces, spans) VALUES (?, ?, ?, ?, ?)");
        _find = new(connection, "SELECT traces, spans FROM blocks ORDER BY id");
        _oldest = new(connection, "SELECT id, ended, count FROM blocks ORDER BY id LIMIT 1");
        _remove = new(connection, "DELETE FROM blocks WHERE id = ?");
        _next = new(connection, "SELECT coalesce(max(id), 0) + 1 FROM blocks");
    }

    /// <summary>Opens the file, and begins a new one when what is there is empty, no database, damaged or of another version.</summary>
    /// <param name="options">Where it lies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lost">Told the file, and why what it held is gone.</param>
    public static SpanTable Open(SpanStoreOptions options, TimeProvider time, Action<string, string> lost)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var path = PathIn(options.DataDirectory);
        try
        {
            if (PrivateFile.IsEmpty(path)) lost(path, "empty");
            if (OpenFile(path, options, time) is { } table) return table;
            lost(path, "of another version");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is Corrupt or NotADatabase)
        {
            lost(path, "damaged");
        }

        PrivateFile.Remove(path);
        return OpenFile(path, options, time)!;
    }

    /// <summary>Writes a group of blocks, all or none, and removes what is beyond the bounds.</summary>
    public void Write(List<SpanBlock> blocks)
    {
        _begin.Run();
        try
        {
            var spans = _spans;
            foreach (var block in blocks)
            {
                Put(block);
                spans += block.Count;
            }

            spans -= RemoveBeyondBounds(spans);
            _commit.Run();
            _spans = spans;
        }
        catch
        {
            // A full disk has ended the transaction already.
            CloseBlock();
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.Run();
            throw;
        }
    }

    /// <summary>The spans of a trace in order of their start, of those with the same start the one that ended last first.</summary>
    public IReadOnlyList<SpanRecord> Find(ActivityTraceId trace)
    {
        Span<byte> id = stackalloc byte[16];
        trace.CopyTo(id);
        var key = SpanForm.KeyOf(trace);
        List<(SpanRecord Span, int Place)> found = [];
        var place = 0;
        try
        {
            while (_find.Step())
            {
                if (!MemoryMarshal.Cast<byte, ulong>(_find.Bytes(0)).Contains(key)) continue;
                var rest = _find.Bytes(1);
                while (!rest.IsEmpty)
                {
                    var span = SpanForm.Next(ref rest);
                    if (!SpanForm.IsOf(span, id)) continue;
                    found.Add((SpanForm.Read(span), place++));
                    if (found.Count == 2 * MaxFound) KeepFirst(found);
                }
            }
        }
        finally
        {
            _find.Reset();
        }

        KeepFirst(found);
        return found.ConvertAll(one => one.Span);
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_begin, _commit, _rollback, _put, _find, _oldest, _remove, _next]) statement.Dispose();
        _connection.Dispose();
    }

    public static string PathIn(string directory) => Path.Combine(directory, "spans.db");

    /// <returns>Null when the file is of another version.</returns>
    private static SpanTable? OpenFile(string path, SpanStoreOptions options, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            PrivateFile.Ensure(path);
            connection.Open();
            if (Number(connection, "PRAGMA user_version") is 0 or SchemaVersion) return new SpanTable(connection, options, time);
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();
        return null;
    }

    private static void KeepFirst(List<(SpanRecord Span, int Place)> found)
    {
        found.Sort((one, other) => one.Span.Start.CompareTo(other.Span.Start) is var order and not 0 ? order : other.Place.CompareTo(one.Place));
        if (found.Count > MaxFound) found.RemoveRange(MaxFound, found.Count - MaxFound);
    }

    /// <summary>Continues the last row, or begins the next one.</summary>
    private void Put(SpanBlock block)
    {
        if (_open.Count + block.Count > SpanBlock.Capacity || block.LastEnded - _open.FirstEnded > MaxBlockTime.Ticks) CloseBlock();
        if (_open.Count == 0) _openId = Next();
        _open.Add(block);
        _put.Bind(1, _openId).Bind(2, _open.LastEnded).Bind(3, _open.Count).Bind(4, MemoryMarshal.AsBytes(_open.Traces)).Bind(5, _open.Spans).Run();
    }

    private void CloseBlock()
    {
        _open.Clear();
    }

    private long Next()
    {
        try
        {
            return _next.Step() ? _next.Number(0) : 1;
        }
        finally
        {
            _next.Reset();
        }
    }

    /// <returns>How many spans were removed.</returns>
    private long RemoveBeyondBounds(long spans)
    {
        var now = _time.GetUtcNow();
        var checksAge = now >= _nextAgeCheck;
        var before = checksAge ? (now - _options.MaxAge).UtcTicks : long.MinValue;
        var removed = 0L;
        while (Oldest() is var (id, ended, count) && (spans - removed > _options.MaxSpans || ended < before))
        {
            _remove.Bind(1, id).Run();
            if (id == _openId) CloseBlock();
            removed += count;
        }

        if (checksAge) _nextAgeCheck = now + AgeCheck;
        return removed;
    }

    private (long Id, long Ended, long Count)? Oldest()
    {
        try
        {
            return _oldest.Step() ? (_oldest.Number(0), _oldest.Number(1), _oldest.Number(2)) : null;
        }
        finally
        {
            _oldest.Reset();
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
