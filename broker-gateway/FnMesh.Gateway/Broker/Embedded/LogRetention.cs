using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// Deletes what is older or more than the log keeps, oldest first, in steps that are short enough to stand between two commits. The writer calls it inside its transactions;
/// the pages that become free are used again, and the file does not shrink.
/// </summary>
internal sealed class LogRetention : IDisposable
{
    private const int LettersAtOnce = 64;
    private const long BytesAtOnce = 2 << 20;

    private readonly LogBlocks _blocks;
    private readonly SubscriptionTables _subscriptions;
    private readonly Func<RetentionBounds?> _bounds;
    private readonly TimeProvider _time;
    private readonly Statement _delete, _move, _readFirst, _oldLetters, _deleteLetters;
    private bool _lettersDue = true;
    private bool _paused;
    private long _first;

    public LogRetention(SqliteConnection connection, LogBlocks blocks, SubscriptionTables subscriptions, Func<RetentionBounds?> bounds, TimeProvider time)
    {
        (_blocks, _subscriptions, _bounds, _time) = (blocks, subscriptions, bounds, time);
        _delete = new(connection, "DELETE FROM events WHERE offset >= ?1 AND offset < ?2");
        _move = new(connection, "UPDATE log SET first = ?1");
        _readFirst = new(connection, "SELECT first FROM log");
        _oldLetters = new(connection, "SELECT max(id) FROM (SELECT id, time FROM deadletters ORDER BY id LIMIT ?2) WHERE time < ?1");
        _deleteLetters = new(connection, "DELETE FROM deadletters WHERE id <= ?1 AND time < ?2");
        Load();
    }

    /// <summary>Events before this offset are deleted.</summary>
    public long First => _first;

    /// <summary>Whether a step has something to do.</summary>
    public bool IsDue => !_paused && _bounds() is { } bounds && (_lettersDue || IsOver(bounds));

    /// <summary>Time has passed: what grew old is looked for.</summary>
    public void Tick()
    {
        (_lettersDue, _paused) = (true, false);
        _blocks.CloseOld(_time.GetUtcNow());
    }

    /// <summary>Deletes at most so many events of about so many bytes, but one at least, and some dead letters.</summary>
    public void Step(int events, long bytes)
    {
        if (_paused || _bounds() is not { } bounds) return;
        if (_lettersDue) _lettersDue = DeleteLetters(_time.GetUtcNow() - bounds.LetterAge);
        if (!IsOver(bounds) || _blocks.Oldest is not { } oldest) return;

        var from = Math.Max(_first, oldest.First);
        var next = Math.Min(oldest.Next, from + Math.Max(1, Math.Min(events, Math.Max(BytesAtOnce, bytes) * (oldest.Next - oldest.First) / Math.Max(1, oldest.Bytes))));
        _subscriptions.Expire(from, next, _time.GetUtcNow());
        _delete.Bind(1, from).Bind(2, next).Run();
        _move.Bind(1, next).Run();
        _first = next;
        if (next == oldest.Next) _blocks.DropOldest();
    }

    /// <summary>A transaction was undone: goes by what the file says.</summary>
    /// <param name="rests">Whether deleting itself failed: it rests until the next <see cref="Tick"/>, lest a full disk is tried for ever.</param>
    public void Restart(bool rests)
    {
        _paused |= rests;
        Load();
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_delete, _move, _readFirst, _oldLetters, _deleteLetters]) statement.Dispose();
    }

    private bool IsOver(RetentionBounds bounds) =>
        _blocks.Oldest is { } oldest && (_blocks.Bytes > bounds.Bytes || oldest.Latest < (_time.GetUtcNow() - bounds.Age).UtcTicks);

    private bool DeleteLetters(DateTimeOffset before)
    {
        _oldLetters.Bind(1, before.UtcTicks).Bind(2, LettersAtOnce).Step();
        var last = _oldLetters.IsNull(0) ? (long?)null : _oldLetters.Number(0);
        _oldLetters.Reset();
        if (last is not { } id) return false;
        _deleteLetters.Bind(1, id).Bind(2, before.UtcTicks).Run();
        return true;
    }

    private void Load()
    {
        _readFirst.Step();
        _first = _readFirst.Number(0);
        _readFirst.Reset();
    }
}
