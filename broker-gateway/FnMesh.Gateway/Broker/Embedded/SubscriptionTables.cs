using FnMesh.Gateway.Pipeline;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Progress, parked events and dead letters, as the writer changes them.</summary>
internal sealed class SubscriptionTables(SqliteConnection connection) : IDisposable
{
    private readonly Statement _find = new(connection, "SELECT number, cursor FROM subscriptions WHERE name = ?1");
    private readonly Statement _register = new(connection, "INSERT INTO subscriptions (name, cursor) VALUES (?1, ?2) RETURNING number");
    private readonly Statement _moveCursor = new(connection, "UPDATE subscriptions SET cursor = ?2 WHERE number = ?1");
    private readonly Statement _readAhead = new(connection, "SELECT place FROM ahead WHERE place BETWEEN ?1 AND ?2");
    private readonly Statement _insertAhead = new(connection, "INSERT OR IGNORE INTO ahead (place) VALUES (?1)");
    private readonly Statement _deleteAhead = new(connection, "DELETE FROM ahead WHERE place >= ?1 AND place < ?2");
    private readonly Statement _readParked = new(connection, "SELECT place, partition, due, deliveries, failures, attempts FROM parked WHERE place BETWEEN ?1 AND ?2 ORDER BY place");
    private readonly Statement _park = new(connection, "INSERT OR REPLACE INTO parked (place, partition, due, deliveries, failures, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    private readonly Statement _unpark = new(connection, "DELETE FROM parked WHERE place = ?1");
    private readonly Statement _bury = new(connection, """
        INSERT INTO deadletters (subscription, offset, time, destination, code, verdict, reason, errordata, deliveries, attempts, attributes, data, received)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """);

    private readonly Statement _expired = new(connection, """
        SELECT parked.place, subscriptions.name, parked.deliveries, parked.attempts, events.received, events.attributes, events.data
        FROM subscriptions
        JOIN parked ON parked.place >= (subscriptions.number << 40 | ?1) AND parked.place < (subscriptions.number << 40 | ?2)
        JOIN events ON events.offset = (parked.place & 1099511627775)
        """);

    private readonly Dictionary<string, SubscriptionRow> _open = [];
    private readonly List<SubscriptionRow> _touched = [];

    /// <param name="name">The subscription's.</param>
    /// <param name="start">Where a new one begins.</param>
    public SubscriptionProgress Open(string name, Func<long> start)
    {
        Flush();
        var row = Find(name) ?? Register(name, start());
        _open[name] = row;
        Touch(row);
        _readAhead.Bind(1, row.PlaceOf(row.Cursor)).Bind(2, row.PlaceOf(SubscriptionRow.MaxOffset));
        while (_readAhead.Step()) row.Ahead.Add(SubscriptionRow.OffsetOf(_readAhead.Number(0)));
        _readAhead.Reset();
        row.Written = row.Ahead.Count;

        List<ParkedEvent> parked = [];
        _readParked.Bind(1, row.PlaceOf(0)).Bind(2, row.PlaceOf(SubscriptionRow.MaxOffset));
        while (_readParked.Step())
        {
            var due = _readParked.IsNull(2) ? (DateTimeOffset?)null : new DateTimeOffset(_readParked.Number(2), TimeSpan.Zero);
            parked.Add(new ParkedEvent(SubscriptionRow.OffsetOf(_readParked.Number(0)), _readParked.Text(1), due,
                (int)_readParked.Number(3), (int)_readParked.Number(4), AttemptJson.Read(_readParked.Bytes(5))));
            row.Parked.Add(parked[^1].Offset);
        }

        _readParked.Reset();
        return new SubscriptionProgress(row.Cursor, new HashSet<long>(row.Ahead), parked);
    }

    public bool Settle(string name, Settlement settlement, byte[] attributesOfLetter)
    {
        if (!_open.TryGetValue(name, out var row)) return false;
        Touch(row);
        row.Cursor = Math.Max(row.Cursor, settlement.Cursor);
        switch (settlement)
        {
            case Settlement.Parked(var parked, _):
                row.Parked.Add(parked.Offset);
                _park.Bind(1, row.PlaceOf(parked.Offset)).Bind(2, parked.Key).Bind(3, parked.Due?.UtcTicks)
                    .Bind(4, parked.Deliveries).Bind(5, parked.Failures).Bind(6, AttemptJson.Write(parked.Attempts)).Run();
                break;
            case Settlement.DeadLettered(var letter, _):
                Bury(letter, attributesOfLetter);
                Pass(row, letter.Offset);
                break;
            case Settlement.Done:
                Pass(row, settlement.Offset);
                break;
            default:
                break;
        }

        return true;
    }

    /// <summary>Writes what the transaction gathered.</summary>
    public void Flush()
    {
        foreach (var row in _touched)
        {
            _moveCursor.Bind(1, row.Number).Bind(2, row.Cursor).Run();
            row.Ahead.RemoveWhere(offset => offset < row.Cursor);
            row.Unwritten.RemoveWhere(offset => offset < row.Cursor);
            if (row.Written > row.Ahead.Count - row.Unwritten.Count)
            {
                _deleteAhead.Bind(1, row.PlaceOf(0)).Bind(2, row.PlaceOf(row.Cursor)).Run();
                row.Written = row.Ahead.Count - row.Unwritten.Count;
            }

            foreach (var offset in row.Unwritten) _insertAhead.Bind(1, row.PlaceOf(offset)).Run();
            row.Written += row.Unwritten.Count;
            row.Unwritten.Clear();
            row.Touched = false;
        }

        _touched.Clear();
    }

    /// <summary>Events are about to be deleted: those of them that are parked become dead letters.</summary>
    /// <param name="from">The first.</param>
    /// <param name="next">After the last.</param>
    /// <param name="now">When.</param>
    public void Expire(long from, long next, DateTimeOffset now)
    {
        List<(long Place, DeadLetter Letter, byte[] Attributes)> letters = [];
        _expired.Bind(1, from).Bind(2, next);
        while (_expired.Step())
        {
            var (place, attributes, attempts) = (_expired.Number(0), _expired.Bytes(5).ToArray(), AttemptJson.Read(_expired.Bytes(3)));
            letters.Add((place, new DeadLetter
            {
                Subscription = _expired.Text(1)!,
                Offset = SubscriptionRow.OffsetOf(place),
                Time = now,
                Received = new DateTimeOffset(_expired.Number(4), TimeSpan.Zero),
                Destination = (attempts.Count > 0 ? attempts[^1].Endpoint?.ToString() : null) ?? _expired.Text(1)!,
                Code = VerdictStatus.Of(Verdict.Expired),
                Verdict = Verdict.Expired,
                Reason = "the log keeps events no longer than its retention says, and this one was not delivered by then",
                ErrorData = default,
                Deliveries = (int)_expired.Number(2),
                Attempts = attempts,
                Event = EventBytes.Decode(attributes, _expired.Bytes(6).ToArray()),
            }, attributes));
        }

        _expired.Reset();
        foreach (var (place, letter, attributes) in letters)
        {
            Bury(letter, attributes);
            _unpark.Bind(1, place).Run();
        }
    }

    /// <summary>After a failed settlement: later ones stand on it, and what is in memory may be ahead of the file.</summary>
    public void Close(string name)
    {
        if (_open.Remove(name, out var row)) _touched.Remove(row);
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_find, _register, _moveCursor, _readAhead, _insertAhead, _deleteAhead, _readParked, _park, _unpark, _bury, _expired])
        {
            statement.Dispose();
        }
    }

    private SubscriptionRow? Find(string name)
    {
        var row = _find.Bind(1, name).Step() ? new SubscriptionRow(_find.Number(0), _find.Number(1)) : null;
        _find.Reset();
        return row;
    }

    private SubscriptionRow Register(string name, long end)
    {
        _register.Bind(1, name).Bind(2, end).Step();
        var row = new SubscriptionRow(_register.Number(0), end);
        _register.Reset();
        return row;
    }

    private void Pass(SubscriptionRow row, long offset)
    {
        if (row.Parked.Remove(offset)) _unpark.Bind(1, row.PlaceOf(offset)).Run();
        if (offset >= row.Cursor && row.Ahead.Add(offset)) row.Unwritten.Add(offset);
    }

    private void Bury(DeadLetter letter, byte[] attributes) => _bury
        .Bind(1, letter.Subscription).Bind(2, letter.Offset).Bind(3, letter.Time.UtcTicks).Bind(4, letter.Destination).Bind(5, letter.Code)
        .Bind(6, letter.Verdict.ToString()).Bind(7, letter.Reason).Bind(8, letter.ErrorData.Span).Bind(9, letter.Deliveries)
        .Bind(10, AttemptJson.Write(letter.Attempts)).Bind(11, attributes).Bind(12, letter.Event.Data.Span).Bind(13, letter.Received.UtcTicks).Run();

    private void Touch(SubscriptionRow row)
    {
        if (row.Touched) return;
        row.Touched = true;
        _touched.Add(row);
    }
}
