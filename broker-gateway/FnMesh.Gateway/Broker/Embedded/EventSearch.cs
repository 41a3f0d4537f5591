using FnMesh.Gateway.Events;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// Finds events, newest first, block by block: a block that surely holds nothing of what is asked for is passed over without its events being read.
/// One search looks at a bounded number of events and for a bounded time, and says where the next one goes on.
/// </summary>
internal sealed class EventSearch(SqliteConnection connection, TimeProvider time) : IDisposable
{
    private const long PageBytes = 16 << 20;

    /// <summary>Events that one search looks at: a fraction of a second.</summary>
    private const int MaxLooked = 50_000;

    /// <summary>How long one search looks, but for the end of the block at which it is: where the file is not in memory each block that is passed over costs a read of the disk.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(500);

    private readonly Statement _blocks = new(connection, "SELECT first, next, earliest, latest FROM blocks WHERE first < ?1 ORDER BY first DESC");
    private readonly Statement _keys = new(connection, "SELECT keys FROM blockkeys WHERE first = ?1");
    private readonly Statement _closedEnd = new(connection, "SELECT next FROM blocks ORDER BY first DESC LIMIT 1");
    private readonly Statement _events = new(connection, "SELECT offset, received, attributes, data, type, id FROM events WHERE offset >= ?1 AND offset < ?2 ORDER BY offset DESC");

    public Page<StoredEvent> Find(EventQuery query)
    {
        var started = time.GetTimestamp();
        var keys = KeysOf(query);
        var found = new Found(query);
        var before = query.Before ?? long.MaxValue;
        try
        {
            var closed = _closedEnd.Step() ? _closedEnd.Number(0) : 0;
            if (Look(found, closed, before) is { } next) return found.Page(next);
            if (closed == 0) return found.Page(null); // A block that closes meanwhile has been looked at.
            _blocks.Bind(1, before);
            while (_blocks.Step())
            {
                var first = _blocks.Number(0);
                var isPassedOver = _blocks.Number(3) < query.Since?.UtcTicks || _blocks.Number(2) >= query.Until?.UtcTicks || !MayHold(first, keys);
                if (!isPassedOver && Look(found, first, Math.Min(before, _blocks.Number(1))) is { } from) return found.Page(from);
                if (time.GetElapsedTime(started) >= MaxTime) return found.Page(first);
            }

            return found.Page(null);
        }
        finally
        {
            foreach (var statement in (Statement[])[_blocks, _keys, _closedEnd, _events]) statement.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_blocks, _keys, _closedEnd, _events]) statement.Dispose();
    }

    /// <returns>Where to go on when enough was found or looked at; null when there is nothing more from <paramref name="first"/> to <paramref name="next"/>.</returns>
    private long? Look(Found found, long first, long next)
    {
        _events.Reset();
        _events.Bind(1, first).Bind(2, next);
        while (_events.Step())
        {
            if (found.IsFull || found.Looked >= MaxLooked) return _events.Number(0) + 1;
            found.Take(_events);
        }

        return null;
    }

    private bool MayHold(long block, ulong[] keys)
    {
        if (keys.Length == 0) return true;
        _keys.Reset();
        if (!_keys.Bind(1, block).Step()) return true;
        var filter = _keys.Bytes(0);
        foreach (var key in keys)
        {
            if (!BlockKeys.MayHold(filter, key)) return false;
        }

        return true;
    }

    private static ulong[] KeysOf(EventQuery query)
    {
        (string Name, string? Value)[] all = [("id", query.Id), ("type", query.Type), ("source", query.Source), ("subject", query.Subject)];
        return [.. from one in all where one.Value is not null select BlockKeys.Of(one.Name, one.Value)];
    }

    private sealed class Found(EventQuery query)
    {
        private readonly List<StoredEvent> _items = [];
        private long _bytes;

        public int Looked { get; private set; }

        public bool IsFull => _items.Count >= query.Limit || _bytes >= PageBytes;

        public void Take(Statement row)
        {
            Looked++;
            var received = row.Number(1);
            if (received < query.Since?.UtcTicks || received >= query.Until?.UtcTicks) return;
            if ((query.Type is { } type && !row.Is(4, type)) || (query.Id is { } id && !row.Is(5, id))) return;
            // The data is copied for what is found alone.
            if ((query.Source ?? query.Subject) is not null && !Wants(EventBytes.Decode(row.Bytes(2), []))) return;
            var record = EventBytes.Decode(row.Bytes(2), row.Bytes(3).ToArray());
            _items.Add(new StoredEvent(row.Number(0), new DateTimeOffset(received, TimeSpan.Zero), record));
            _bytes += record.Data.Length;
        }

        public Page<StoredEvent> Page(long? next) => new(_items, next);

        private bool Wants(EventRecord record) =>
            (query.Source is null || record.Source == query.Source) && (query.Subject is null || record["subject"] == query.Subject);
    }
}
