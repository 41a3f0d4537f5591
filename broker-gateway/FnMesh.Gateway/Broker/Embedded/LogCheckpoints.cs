using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// Moves what was committed from the write-ahead log into the file, on a thread of its own, so that no append waits for it. What little is left when it has
/// caught up the writer moves itself: only then SQLite begins the write-ahead log anew.
/// </summary>
internal sealed class LogCheckpoints : IDisposable
{
    /// <summary>Frames, of a page each, from which on it is worth a sync of the file.</summary>
    private const int Worth = 1_000;

    /// <summary>From here on the write-ahead log should begin anew: 16 MiB.</summary>
    private const int Long = 4_000;

    /// <summary>What the writer moves itself: a few milliseconds.</summary>
    private const int Little = 256;

    /// <summary>Under a load that leaves no such moment the writer moves what there is: 64 MiB.</summary>
    private const int TooLong = 16_384;

    /// <summary>SQLITE_CHECKPOINT_NOOP, since 3.51: only tells how long the write-ahead log is.</summary>
    private const int Ask = -1;

    private readonly SqliteConnection _own;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Thread _thread;
    private int _working;
    private volatile bool _stopping;

    /// <param name="own">A connection that may write, for the thread; taken over.</param>
    public LogCheckpoints(SqliteConnection own)
    {
        _own = own;
        _thread = new Thread(Run) { IsBackground = true, Name = "fnmesh broker checkpoints" };
        _thread.Start();
    }

    /// <summary>The writer has committed.</summary>
    /// <param name="writer">Its connection, outside a transaction.</param>
    public void Committed(SqliteConnection writer)
    {
        if (Checkpoint(writer, Ask) is not { } log) return;
        var left = log.Frames - log.Moved;
        var idle = Volatile.Read(ref _working) == 0;
        if (log.Frames > TooLong || (idle && log.Frames >= Long && left is > 0 and < Little)) Checkpoint(writer, raw.SQLITE_CHECKPOINT_PASSIVE);
        else if (idle && left >= Worth && Interlocked.Exchange(ref _working, 1) == 0) _wake.Release();
    }

    public void Dispose()
    {
        _stopping = true;
        if (Interlocked.Exchange(ref _working, 1) == 0) _wake.Release();
        _thread.Join();
        _wake.Dispose();
        _own.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            if (_stopping) return;
            // A failure is the writer's to find: it writes to the same disk.
            Checkpoint(_own, raw.SQLITE_CHECKPOINT_PASSIVE);
            // A full fence: whoever stops this either sees 0 and wakes it, or is seen here.
            Interlocked.Exchange(ref _working, 0);
            if (_stopping) return;
        }
    }

    /// <returns>How many frames the write-ahead log has, and how many of them are in the file; null when that could not be told.</returns>
    private static (int Frames, int Moved)? Checkpoint(SqliteConnection connection, int mode) =>
        raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", mode, out var frames, out var moved) == raw.SQLITE_OK && frames >= 0 ? (frames, moved) : null;
}
