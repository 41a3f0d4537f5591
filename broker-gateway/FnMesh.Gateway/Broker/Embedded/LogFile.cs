using FnMesh.Node.Storage;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Opens <c>broker.db</c> and gives it its tables.</summary>
/// <remarks>
/// A row that belongs to a subscription has the key <c>subscription × 2^40 + offset</c>: one B-tree for all, each subscription's rows next
/// to one another in order of offset. Times are UTC ticks of 100 ns since year 1.
/// </remarks>
internal static class LogFile
{
    /// <summary>What to do about a file that is no event log.</summary>
    public const string Mend = "restore it from a backup, choose another data directory, or remove it, as 'fnmesh up --reset' does, which forgets all events and what was delivered of them";

    private const int Version = 2;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private const string FirstTables = """
        CREATE TABLE events (
          offset INTEGER PRIMARY KEY, received INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, attributes BLOB NOT NULL, data BLOB NOT NULL);
        CREATE TABLE subscriptions (
          number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cursor INTEGER NOT NULL);
        CREATE TABLE ahead (
          place INTEGER PRIMARY KEY);
        CREATE TABLE parked (
          place INTEGER PRIMARY KEY, partition TEXT, due INTEGER, deliveries INTEGER NOT NULL, failures INTEGER NOT NULL, attempts BLOB NOT NULL);
        CREATE TABLE deadletters (
          id INTEGER PRIMARY KEY AUTOINCREMENT, subscription TEXT NOT NULL, offset INTEGER NOT NULL, time INTEGER NOT NULL, received INTEGER NOT NULL, destination TEXT NOT NULL,
          code INTEGER NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, errordata BLOB NOT NULL, deliveries INTEGER NOT NULL,
          attempts BLOB NOT NULL, attributes BLOB NOT NULL, data BLOB NOT NULL);
        """;

    private const string SecondTables = """
        CREATE TABLE log (
          first INTEGER NOT NULL);
        INSERT INTO log (first) SELECT coalesce(min(offset), 1) FROM events;
        CREATE TABLE blocks (
          first INTEGER PRIMARY KEY, next INTEGER NOT NULL, bytes INTEGER NOT NULL, earliest INTEGER NOT NULL, latest INTEGER NOT NULL);
        CREATE TABLE blockkeys (
          first INTEGER PRIMARY KEY, keys BLOB NOT NULL);
        CREATE TABLE replays (
          number INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, events INTEGER NOT NULL, started INTEGER NOT NULL, ended INTEGER, reason TEXT, wish BLOB NOT NULL);
        """;

    public static string PathIn(string directory) => Path.Combine(directory, "broker.db");

    /// <summary>For the writer: every commit is on disk before it returns.</summary>
    /// <exception cref="BrokerException">The file is no log, or a newer version's.</exception>
    public static SqliteConnection OpenForWriting(string path, long? maxBytes = null, string? vfs = null, bool syncs = true)
    {
        var connection = Open(path, vfs);
        try
        {
            Execute(connection, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = {(syncs ? "FULL" : "OFF")}; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;");
            var version = Number(connection, "PRAGMA user_version");
            if (version > Version)
            {
                throw new BrokerException($"{path}: written by a newer FnMesh (version {version} of the file, this one knows {Version}); start the newer one or choose another data directory.");
            }

            if (version < Version) Execute(connection, $"BEGIN IMMEDIATE; {(version == 0 ? FirstTables : "")} {SecondTables} PRAGMA user_version = {Version}; COMMIT;");
            if (maxBytes is { } bound) Execute(connection, $"PRAGMA max_page_count = {Math.Max(1, bound / Number(connection, "PRAGMA page_size"))};");
            return connection;
        }
        catch (Exception e)
        {
            connection.Dispose();
            if (e is not SqliteException failure) throw;
            // Nobody is told to throw away what cannot be written just now.
            throw new BrokerException($"{path}: cannot be opened as an event log ({e.Message}); {(failure.SqliteErrorCode is Corrupt or NotADatabase ? Mend : "check that its folder is writable and has room")}.", e);
        }
    }

    /// <summary>For moving what was committed from the write-ahead log into the file (<see cref="LogCheckpoints"/>).</summary>
    public static SqliteConnection OpenForCheckpoints(string path, string? vfs = null, bool syncs = true)
    {
        var connection = Open(path, vfs);
        try
        {
            Execute(connection, $"PRAGMA synchronous = {(syncs ? "FULL" : "OFF")}; PRAGMA wal_autocheckpoint = 0;");
            Number(connection, "PRAGMA user_version");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenForReading(string path, string? vfs = null)
    {
        var connection = Open(path, vfs);
        try
        {
            Execute(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -8192;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection Open(string path, string? vfs)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Vfs = vfs }.ToString());
        try
        {
            PrivateFile.Ensure(path);
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 5000;");
            return connection;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            throw new BrokerException($"{path}: cannot be opened ({e.Message}); check that it is a file, and that its folder is writable and has room.", e);
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.Step() ? statement.Number(0) : 0;
    }
}
