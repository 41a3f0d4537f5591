using FnMesh.Gateway.Pipeline;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Reads the log on one thread. No statement stays open between two reads, so that none holds back the log's checkpoints.</summary>
internal sealed class LogReader(SqliteConnection connection, TimeProvider time) : IDisposable
{
    private const long PageBytes = 16 << 20;
    private const string Letters = "SELECT id, subscription, offset, time, destination, code, verdict, reason, errordata, deliveries, attempts, attributes, data, received FROM deadletters";

    private readonly Statement _read = new(connection, "SELECT offset, received, attributes, data FROM events WHERE offset >= ?1 ORDER BY offset");
    private readonly Statement _findBlock = new(connection, "SELECT first FROM blocks WHERE latest >= ?1 ORDER BY first LIMIT 1");
    private readonly Statement _findTail = new(connection, "SELECT coalesce(max(next), 0) FROM blocks");
    private readonly Statement _find = new(connection, "SELECT offset FROM events WHERE offset >= ?1 AND received >= ?2 ORDER BY offset LIMIT 1");
    private readonly EventSearch _search = new(connection, time);
    private readonly Statement _listLetters = new(connection, $"{Letters} WHERE id < ?1 AND id >= ?3 AND (?2 IS NULL OR subscription = ?2) ORDER BY id DESC");
    private readonly Statement _nextLetters = new(connection, $"{Letters} WHERE id > ?1 AND (?2 IS NULL OR subscription = ?2) ORDER BY id");
    private readonly Statement _replays = new(connection, "SELECT number, place, events, started, ended, reason, wish FROM replays ORDER BY number DESC");

    public IReadOnlyList<StoredEvent> Read(long from, int maxEvents, long maxBytes)
    {
        List<StoredEvent> events = [];
        var bytes = 0L;
        try
        {
            _read.Bind(1, from);
            while (events.Count < maxEvents && _read.Step())
            {
                var stored = EventOf(_read);
                bytes += EventSize.Of(stored.Event);
                if (bytes > maxBytes && events.Count > 0) break;
                events.Add(stored);
            }
        }
        finally
        {
            _read.Reset();
        }

        return events;
    }

    public Page<StoredEvent> List(EventQuery query) => _search.Find(query);

    /// <summary>The first event that was received then or later; null when there is none.</summary>
    public long? Find(DateTimeOffset time)
    {
        // In this order: a block that closes in between is found by its times.
        var tail = _findTail.First() ?? 0;
        var block = _findBlock.Bind(1, time.UtcTicks).First() ?? tail;
        return _find.Bind(1, block).Bind(2, time.UtcTicks).First();
    }

    public Page<DeadLetter> List(DeadLetterQuery query) =>
        PageOf(LettersOf(query).Bind(2, query.Subscription), query.Limit, LetterOf, static letter => letter.Event.Data.Length, static letter => letter.Id);

    public IReadOnlyList<Replay> Replays()
    {
        List<Replay> replays = [];
        try
        {
            while (_replays.Step())
            {
                replays.Add(new Replay(
                    ReplayJson.Read(_replays.Bytes(6)), new DateTimeOffset(_replays.Number(3), TimeSpan.Zero), _replays.Number(0), _replays.Number(1), _replays.Number(2),
                    _replays.IsNull(4) ? null : new DateTimeOffset(_replays.Number(4), TimeSpan.Zero), _replays.Text(5)));
            }
        }
        finally
        {
            _replays.Reset();
        }

        return replays;
    }

    public void Dispose()
    {
        _read.Dispose();
        _findBlock.Dispose();
        _findTail.Dispose();
        _find.Dispose();
        _search.Dispose();
        _listLetters.Dispose();
        _nextLetters.Dispose();
        _replays.Dispose();
        connection.Dispose();
    }

    private Statement LettersOf(DeadLetterQuery query)
    {
        if (query.After is { } after) return _nextLetters.Bind(1, after);
        var before = query.Before ?? long.MaxValue;
        return query.Id is { } id and < long.MaxValue ? _listLetters.Bind(1, Math.Min(before, id + 1)).Bind(3, id) : _listLetters.Bind(1, before).Bind(3, query.Id ?? 0);
    }

    private static Page<T> PageOf<T>(Statement statement, int limit, Func<Statement, T> read, Func<T, long> sizeOf, Func<T, long> placeOf)
    {
        List<T> items = [];
        var bytes = 0L;
        try
        {
            while (statement.Step())
            {
                if (items.Count >= limit || bytes >= PageBytes) return new Page<T>(items, placeOf(items[^1]));
                items.Add(read(statement));
                bytes += sizeOf(items[^1]);
            }
        }
        finally
        {
            statement.Reset();
        }

        return new Page<T>(items, null);
    }

    private static StoredEvent EventOf(Statement row) =>
        new(row.Number(0), new DateTimeOffset(row.Number(1), TimeSpan.Zero), EventBytes.Decode(row.Bytes(2), row.Bytes(3).ToArray()));

    private static DeadLetter LetterOf(Statement row) => new()
    {
        Id = row.Number(0),
        Subscription = row.Text(1)!,
        Offset = row.Number(2),
        Time = new DateTimeOffset(row.Number(3), TimeSpan.Zero),
        Received = new DateTimeOffset(row.Number(13), TimeSpan.Zero),
        Destination = row.Text(4)!,
        Code = (int)row.Number(5),
        Verdict = Enum.TryParse<Verdict>(row.Text(6), out var verdict) ? verdict : Verdict.Bug,
        Reason = row.Text(7)!,
        ErrorData = row.Bytes(8).ToArray(),
        Deliveries = (int)row.Number(9),
        Attempts = AttemptJson.Read(row.Bytes(10)),
        Event = EventBytes.Decode(row.Bytes(11), row.Bytes(12).ToArray()),
    };
}
