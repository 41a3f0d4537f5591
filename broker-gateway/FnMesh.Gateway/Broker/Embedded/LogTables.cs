using FnMesh.Policy.Snapshots;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// What the writer does inside one transaction. Progress is gathered in memory while the group runs and written once for each subscription
/// before the commit, so that events settled in order cost one row change for the whole group.
/// </summary>
internal sealed class LogTables : IDisposable
{
    /// <summary>How many events one step deletes when nobody waits: few enough for who comes meanwhile.</summary>
    private const int StepWhenIdle = 256;

    private const int SmallestStep = 64;

    private readonly SqliteConnection _connection;
    private readonly LogCheckpoints? _checkpoints;
    private readonly Statement _begin, _commit, _rollback, _insertEvent;
    private readonly SubscriptionTables _subscriptions;
    private readonly StartPlace _start;
    private readonly LogBlocks _blocks;
    private readonly List<(StoredEvent Stored, long Size)> _appended = [];
    private long _next;
    private long _first;

    /// <param name="connection">Taken over; disposed of with this.</param>
    /// <param name="bounds">What the log keeps; null for everything, as long as nobody has said.</param>
    /// <param name="time">The clock of retention.</param>
    /// <param name="checkpoints">Told of each commit; null where SQLite moves what was committed by itself.</param>
    public LogTables(SqliteConnection connection, Func<RetentionBounds?> bounds, TimeProvider time, LogCheckpoints? checkpoints = null)
    {
        (_connection, _checkpoints) = (connection, checkpoints);
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _insertEvent = new(connection, "INSERT INTO events (offset, received, id, type, attributes, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _subscriptions = new(connection);
        _start = new(connection);
        _blocks = new(connection);
        Replays = new(connection);
        Retention = new(connection, _blocks, _subscriptions, bounds, time);
        _begin.Run();
        _blocks.Load();
        _commit.Run();
        using var end = new Statement(connection, "SELECT max(coalesce((SELECT max(offset) FROM events), 0) + 1, coalesce((SELECT max(cursor) FROM subscriptions), 1), (SELECT first FROM log))");
        end.Step();
        _next = End = end.Number(0);
        First = Retention.First;
    }

    /// <summary>The next offset after the last commit.</summary>
    public long End { get; private set; }

    /// <summary>Events before this offset were deleted by the last commit, or before; read on any thread.</summary>
    public long First
    {
        get => Volatile.Read(ref _first);
        private set => Volatile.Write(ref _first, value);
    }

    public LogRetention Retention { get; }

    public ReplayTables Replays { get; }

    /// <summary>The events of the last commit.</summary>
    public List<(StoredEvent Stored, long Size)> Appended => _appended;

    public void Begin()
    {
        _appended.Clear();
        _begin.Run();
    }

    public long Append(EncodedEvent[] events)
    {
        var first = _next;
        foreach (var item in events)
        {
            var offset = _next++;
            _insertEvent.Bind(1, offset).Bind(2, item.Received.UtcTicks).Bind(3, item.Record.Id).Bind(4, item.Record.Type)
                .Bind(5, item.Attributes).Bind(6, item.Record.Data.Span).Run();
            _blocks.Add(offset, item.Received.UtcTicks, item.Size, item.Keys);
            _appended.Add((new StoredEvent(offset, item.Received, item.Record), item.Size));
        }

        return first;
    }

    public SubscriptionProgress Open(string subscription, StartEntry? start) => _subscriptions.Open(subscription, () => _start.Of(start, _next));

    /// <returns>False when the subscription is not open: it never was, or an earlier settlement failed.</returns>
    public bool Settle(string subscription, Settlement settlement, EncodedEvent[] replies, byte[] attributesOfLetter)
    {
        if (!_subscriptions.Settle(subscription, settlement, attributesOfLetter)) return false;
        if (replies.Length > 0) Append(replies);
        return true;
    }

    /// <summary>Deletes a little of what the log no longer keeps: about twice of what was appended, so that it gains on publishers.</summary>
    public void Retain(bool idle)
    {
        if (Retention.IsDue) Retention.Step(idle ? StepWhenIdle : Math.Max(SmallestStep, 2 * _appended.Count), 2 * _appended.Sum(static one => one.Size));
    }

    public void Commit()
    {
        _subscriptions.Flush();
        _commit.Run();
        End = _next;
        First = Retention.First;
    }

    /// <summary>After a commit, and when its callers have been told: keeps the write-ahead log short.</summary>
    public void Checkpoint() => _checkpoints?.Committed(_connection);

    /// <summary>Closes a subscription until it is opened again.</summary>
    public void Close(string subscription) => _subscriptions.Close(subscription);

    /// <summary>Forgets the transaction, but for what subscriptions gathered in memory: close each that was in it.</summary>
    /// <param name="idle">Whether it did nothing but delete what is old.</param>
    public void Rollback(bool idle)
    {
        _next = End;
        _appended.Clear();
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.Run();
        // Whatever it would still have closed is closed by the next transaction.
        _blocks.Load();
        Retention.Restart(rests: idle);
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _insertEvent]) statement.Dispose();
        _subscriptions.Dispose();
        _start.Dispose();
        Retention.Dispose();
        Replays.Dispose();
        _blocks.Dispose();
        _checkpoints?.Dispose();
        _connection.Dispose();
    }
}
