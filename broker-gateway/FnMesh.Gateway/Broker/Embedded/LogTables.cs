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
    private readonly SqliteConnection _connection;
    private readonly Statement _begin, _commit, _rollback, _insertEvent;
    private readonly SubscriptionTables _subscriptions;
    private readonly StartPlace _start;
    private readonly List<(StoredEvent Stored, long Size)> _appended = [];
    private long _next;

    public LogTables(SqliteConnection connection)
    {
        _connection = connection;
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _insertEvent = new(connection, "INSERT INTO events (offset, received, id, type, attributes, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _subscriptions = new(connection);
        _start = new(connection);
        using var end = new Statement(connection, "SELECT max(coalesce((SELECT max(offset) FROM events), 0) + 1, coalesce((SELECT max(cursor) FROM subscriptions), 1))");
        end.Step();
        _next = End = end.Number(0);
    }

    /// <summary>The next offset after the last commit.</summary>
    public long End { get; private set; }

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

    public void Commit()
    {
        _subscriptions.Flush();
        _commit.Run();
        End = _next;
    }

    /// <summary>Closes a subscription until it is opened again.</summary>
    public void Close(string subscription) => _subscriptions.Close(subscription);

    /// <summary>Forgets the transaction, but for what subscriptions gathered in memory: close each that was in it.</summary>
    public void Rollback()
    {
        _next = End;
        _appended.Clear();
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.Run();
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_begin, _commit, _rollback, _insertEvent]) statement.Dispose();
        _subscriptions.Dispose();
        _start.Dispose();
        _connection.Dispose();
    }
}
