using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// The log in blocks, as the writer sees it: one that grows in memory, and closed ones that have a row each. A block costs one row for a thousand
/// events, where an index by time and one by type would cost each event two.
/// </summary>
internal sealed class LogBlocks(SqliteConnection connection) : IDisposable
{
    /// <summary>A block is closed when it has so many events, or <see cref="MaxBytes"/>, or spans <see cref="MaxSpan"/>.</summary>
    public const int MaxEvents = 1_024;

    public const long MaxBytes = 8 << 20;

    /// <summary>What a block that closes late keeps beyond the age that retention says.</summary>
    public static readonly TimeSpan MaxSpan = TimeSpan.FromHours(1);

    private readonly Statement _read = new(connection, "SELECT first, next, bytes, earliest, latest FROM blocks ORDER BY first");
    private readonly Statement _readTail = new(connection, "SELECT offset, received, attributes, data FROM events WHERE offset >= ?1 ORDER BY offset");
    private readonly Statement _close = new(connection, "INSERT INTO blocks (first, next, bytes, earliest, latest) VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement _keep = new(connection, "INSERT INTO blockkeys (first, keys) VALUES (?1, ?2)");
    private readonly Statement _drop = new(connection, "DELETE FROM blocks WHERE first = ?1");
    private readonly Statement _dropKeys = new(connection, "DELETE FROM blockkeys WHERE first = ?1");

    private readonly Queue<LogBlock> _closed = [];
    private readonly HashSet<ulong> _keys = [];
    private LogBlock _open;

    /// <summary>What all events in the log weigh.</summary>
    public long Bytes { get; private set; }

    /// <summary>The oldest closed block; null when there is none.</summary>
    public LogBlock? Oldest => _closed.TryPeek(out var oldest) ? oldest : null;

    /// <summary>Reads what the file says, inside a transaction: blocks that should be closed and are not, as in a file of an earlier version, are closed.</summary>
    public void Load()
    {
        Clear();
        var next = 0L;
        while (_read.Step())
        {
            var block = new LogBlock(_read.Number(0), _read.Number(1), _read.Number(2), _read.Number(3), _read.Number(4));
            _closed.Enqueue(block);
            Bytes += block.Bytes;
            next = block.Next;
        }

        _read.Reset();
        _readTail.Bind(1, next);
        while (_readTail.Step())
        {
            var record = EventBytes.Decode(_readTail.Bytes(2), _readTail.Bytes(3).ToArray());
            Add(_readTail.Number(0), _readTail.Number(1), EventSize.Of(record), EventKeys.Of(record));
        }

        _readTail.Reset();
    }

    /// <summary>Takes the event after the last one.</summary>
    public void Add(long offset, long received, long size, in EventKeys keys)
    {
        if (_keys.Count > 0 && (_open.Next - _open.First >= MaxEvents || _open.Bytes >= MaxBytes || IsOld(received))) Close();
        if (_keys.Count == 0) _open = new LogBlock(offset, offset, 0, received, received);
        _open = _open.With(received, size);
        Bytes += size;
        _keys.Add(keys.Id);
        _keys.Add(keys.Type);
        _keys.Add(keys.Source);
        if (keys.Subject != 0) _keys.Add(keys.Subject);
    }

    /// <summary>Closes the block that grows, when its first event is older than <see cref="MaxSpan"/>: a log that nobody writes to ages too.</summary>
    public void CloseOld(DateTimeOffset now)
    {
        if (_keys.Count > 0 && IsOld(now.UtcTicks)) Close();
    }

    /// <summary>Forgets the oldest closed block, whose events are deleted.</summary>
    public void DropOldest()
    {
        var block = _closed.Dequeue();
        _drop.Bind(1, block.First).Run();
        _dropKeys.Bind(1, block.First).Run();
        Bytes -= block.Bytes;
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_read, _readTail, _close, _keep, _drop, _dropKeys]) statement.Dispose();
    }

    private bool IsOld(long now) => now - _open.Earliest >= MaxSpan.Ticks;

    private void Close()
    {
        _close.Bind(1, _open.First).Bind(2, _open.Next).Bind(3, _open.Bytes).Bind(4, _open.Earliest).Bind(5, _open.Latest).Run();
        _keep.Bind(1, _open.First).Bind(2, BlockKeys.Filter(_keys)).Run();
        _closed.Enqueue(_open);
        _keys.Clear();
    }

    private void Clear()
    {
        _closed.Clear();
        _keys.Clear();
        Bytes = 0;
    }
}
