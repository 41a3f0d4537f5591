using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Node.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FnMesh.Gateway.Idempotency;

/// <summary>The keys of a gateway in <c>idempotency.db</c>. Of one thread. Times are UTC ticks.</summary>
internal sealed class KeyTables : IDisposable
{
    /// <summary>Keys that are kept at the same time.</summary>
    public const int MaxKeys = 100_000;

    /// <summary>The file grows no further.</summary>
    private const long MaxFileBytes = 512L * 1024 * 1024;

    private const int Version = 1;

    private const string Tables = """
        CREATE TABLE keys (key BLOB PRIMARY KEY, payload BLOB NOT NULL, state INTEGER NOT NULL, expires INTEGER NOT NULL, head BLOB, body BLOB);
        CREATE INDEX expiring ON keys (expires);
        """;

    private readonly SqliteConnection _connection;
    private readonly Statement _begin, _commit, _rollback, _find, _add, _finish, _forget, _expire;
    private readonly int _most;
    private long _count;

    /// <param name="directory">Where the file is.</param>
    /// <param name="most">How many keys are kept.</param>
    /// <param name="isShared">Whether another process, which is ending, still carries calls with keys of this file.</param>
    public KeyTables(string directory, int most = MaxKeys, bool isShared = false)
    {
        _most = most;
        var path = PathIn(directory);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            PrivateFile.Ensure(path);
            _connection.Open();
            // A process that is killed loses nothing; a machine without power may lose the last moment, and keeps a sound file.
            Execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;");
            var version = Number("PRAGMA user_version");
            if (version > Version) throw new KeyStoreException($"{path} was written by a newer FnMesh; start that one, or remove the file, which forgets all keys");
            if (version == 0) Execute($"BEGIN IMMEDIATE; {Tables} PRAGMA user_version = {Version}; COMMIT;");
            Execute($"PRAGMA max_page_count = {MaxFileBytes / Number("PRAGMA page_size")};");
            // What was under way when the gateway ended may have been done, or not.
            if (!isShared) Execute($"UPDATE keys SET state = {(int)KeyState.Unknown} WHERE state = {(int)KeyState.Running};");
            _count = Number("SELECT count(*) FROM keys");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }

        _begin = new(_connection, "BEGIN IMMEDIATE");
        _commit = new(_connection, "COMMIT");
        _rollback = new(_connection, "ROLLBACK");
        _find = new(_connection, "SELECT payload, state, expires, head, body FROM keys WHERE key = ?1");
        _add = new(_connection, $"INSERT INTO keys (key, payload, state, expires) VALUES (?1, ?2, {(int)KeyState.Running}, ?3)");
        _finish = new(_connection, "UPDATE keys SET state = ?2, head = ?3, body = ?4 WHERE key = ?1");
        _forget = new(_connection, "DELETE FROM keys WHERE key = ?1");
        _expire = new(_connection, $"DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE expires <= ?1 AND state <> {(int)KeyState.Running} LIMIT 1000)");
    }

    public static string PathIn(string directory) => Path.Combine(directory, "idempotency.db");

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.Run();
        _count = Number("SELECT count(*) FROM keys");
    }

    /// <summary>Gives a key to who asks first, until it is finished or forgotten.</summary>
    public KeyClaim Claim(byte[] key, byte[] payload, DateTimeOffset now, DateTimeOffset expires)
    {
        _find.Bind(1, key);
        try
        {
            if (_find.Step())
            {
                var state = (KeyState)_find.Number(1);
                if (state == KeyState.Running || _find.Number(2) > now.UtcTicks)
                {
                    var isSame = _find.Bytes(0).SequenceEqual(payload);
                    return new(state, isSame, isSame && state == KeyState.Done ? KeptAnswer.Of(_find.Bytes(3).ToArray(), _find.Bytes(4).ToArray()) : null);
                }
            }
        }
        finally
        {
            _find.Reset();
        }

        Forget(key);
        if (_count >= _most) Expire(now);
        if (_count >= _most) return new(KeyState.Full);
        _add.Bind(1, key).Bind(2, payload).Bind(3, expires.UtcTicks).Run();
        _count++;
        return new(KeyState.Fresh);
    }

    public void Finish(byte[] key, KeyState state, KeptAnswer? answer)
    {
        _finish.Bind(1, key).Bind(2, (long)state).Bind(3, answer is null ? default(ReadOnlySpan<byte>) : answer.Head()).Bind(4, answer is null ? default(ReadOnlySpan<byte>) : answer.Body).Run();
    }

    public void Forget(byte[] key)
    {
        _forget.Bind(1, key).Run();
        _count -= raw.sqlite3_changes(_connection.Handle);
    }

    /// <summary>Removes some of those whose time is up.</summary>
    public void Expire(DateTimeOffset now)
    {
        _expire.Bind(1, now.UtcTicks).Run();
        _count -= raw.sqlite3_changes(_connection.Handle);
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _find, _add, _finish, _forget, _expire]) statement.Dispose();
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private long Number(string sql)
    {
        using var statement = new Statement(_connection, sql);
        return statement.Step() ? statement.Number(0) : 0;
    }
}
