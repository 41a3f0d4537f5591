using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Tracing;

/// <summary>The table of spans in its file. Not for two threads at once.</summary>
internal sealed class SpanTable : IDisposable
{
    private const long SchemaVersion = 1;
    private const int MaxFound = 10_000;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <summary>The share of the bound that is freed at once, so that not every write removes a row.</summary>
    private const int FreedShare = 100;

    private static readonly TimeSpan AgeCheck = TimeSpan.FromMinutes(1);

    private readonly SpanStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly SqliteConnection _connection;
    private readonly SpanRowWriter _writer;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _deleteOldest;
    private readonly SqliteCommand _deleteAged;
    private long _rows;
    private DateTimeOffset _nextAgeCheck;

    private SpanTable(SqliteConnection connection, SpanStoreOptions options, TimeProvider time)
    {
        _connection = connection;
        _options = options;
        _time = time;
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=8388608;");
        var version = (long)Scalar("PRAGMA user_version")!;
        if (version != SchemaVersion)
        {
            Execute($"""
                DROP TABLE IF EXISTS spans;
                CREATE TABLE spans (
                    id INTEGER PRIMARY KEY, trace BLOB NOT NULL, span BLOB NOT NULL, parent BLOB, mesh_parent BLOB, kind TEXT NOT NULL,
                    name TEXT NOT NULL, start INTEGER NOT NULL, ended INTEGER NOT NULL, status INTEGER, verdict TEXT, attributes TEXT NOT NULL);
                CREATE INDEX spans_by_trace ON spans (trace);
                PRAGMA user_version = {SchemaVersion};
                """);
        }

        _rows = (long)Scalar("SELECT count(*) FROM spans")!;
        _writer = new SpanRowWriter(connection);
        _find = Command(
            $"SELECT span, parent, mesh_parent, kind, name, start, ended, status, verdict, attributes FROM spans WHERE trace = $trace ORDER BY start, id DESC LIMIT {MaxFound}",
            "$trace");
        _deleteOldest = Command("DELETE FROM spans WHERE id IN (SELECT id FROM spans ORDER BY id LIMIT $count)", "$count");
        _deleteAged = Command("DELETE FROM spans WHERE id IN (SELECT id FROM spans ORDER BY id LIMIT 1000) AND ended < $before", "$before");
    }

    /// <summary>Opens the file, and begins a new one when what is there is no database, damaged or of another version.</summary>
    public static SpanTable Open(SpanStoreOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var path = Path.Combine(options.DataDirectory, "spans.db");
        try
        {
            return OpenFile(path, options, time);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is Corrupt or NotADatabase)
        {
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"]) File.Delete(path + suffix);
            return OpenFile(path, options, time);
        }
    }

    /// <summary>Writes a group of spans, all or none, and removes what is beyond the bounds.</summary>
    public void Write(List<Activity> spans)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var span in spans) _writer.Write(span, transaction);
        var removed = RemoveBeyondBounds(_rows + spans.Count, transaction);
        transaction.Commit();
        _rows += spans.Count - removed;
    }

    public IReadOnlyList<SpanRecord> Find(ActivityTraceId trace)
    {
        Span<byte> id = stackalloc byte[16];
        trace.CopyTo(id);
        _find.Parameters[0].Value = id.ToArray();
        List<SpanRecord> found = [];
        using var row = _find.ExecuteReader();
        while (row.Read())
        {
            var start = Time(row.GetInt64(5));
            found.Add(new SpanRecord(
                Hex(row, 0)!,
                Hex(row, 1),
                Hex(row, 2),
                row.GetString(3),
                row.GetString(4),
                start,
                Time(row.GetInt64(6)) - start,
                row.IsDBNull(7) ? null : row.GetInt32(7),
                row.IsDBNull(8) ? null : row.GetString(8),
                row.GetString(9)));
        }

        return found;
    }

    public void Dispose()
    {
        _find.Dispose();
        _deleteOldest.Dispose();
        _deleteAged.Dispose();
        _writer.Dispose();
        _connection.Dispose();
    }

    private static SpanTable OpenFile(string path, SpanStoreOptions options, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new SpanTable(connection, options, time);
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    private long RemoveBeyondBounds(long rows, SqliteTransaction transaction)
    {
        var removed = 0L;
        if (rows > _options.MaxSpans)
        {
            _deleteOldest.Transaction = transaction;
            _deleteOldest.Parameters[0].Value = rows - _options.MaxSpans + (_options.MaxSpans / FreedShare);
            removed += _deleteOldest.ExecuteNonQuery();
        }

        var now = _time.GetUtcNow();
        if (now < _nextAgeCheck) return removed;
        _deleteAged.Transaction = transaction;
        _deleteAged.Parameters[0].Value = (now - _options.MaxAge).UtcTicks;
        int aged;
        do
        {
            removed += aged = _deleteAged.ExecuteNonQuery();
        }
        while (aged == 1000);
        _nextAgeCheck = now + AgeCheck;
        return removed;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private SqliteCommand Command(string sql, string parameter)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }

    private static string? Hex(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Convert.ToHexStringLower((byte[])row[column]);

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
