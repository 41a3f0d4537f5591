using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>
/// The one thread that writes: it takes whatever waits, stores it in one transaction, and lets all callers go on once that is on disk.
/// A full disk fails the group and no more; any other failure of the file stops the writer, since nobody can say what the file holds.
/// </summary>
internal sealed class LogWriter : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EmbeddedBrokerOptions _options;
    private readonly LogTables _tables;
    private readonly RecentEvents _recent;
    private readonly ILogger _logger;
    private readonly string _path;
    private List<WriteRequest> _waiting = [];
    private long _waitingBytes;
    private bool _idle;
    private bool _stopping;
    private BrokerException? _failure;

    public LogWriter(EmbeddedBrokerOptions options, LogTables tables, RecentEvents recent, ILogger logger)
    {
        _options = options;
        _tables = tables;
        _recent = recent;
        _logger = logger;
        _path = LogFile.PathIn(options.DataDirectory);
        new Thread(Run) { IsBackground = true, Name = "fnmesh broker writer" }.Start();
    }

    /// <summary>Queues a request, in order of the calls.</summary>
    /// <param name="request">Completed later, on another thread.</param>
    /// <param name="mayRefuse">Whether a full queue refuses it; what must not be refused is bounded by its callers.</param>
    /// <returns>False when it was refused.</returns>
    /// <exception cref="BrokerException">The writer is stopped.</exception>
    public bool TryQueue(WriteRequest request, bool mayRefuse)
    {
        bool wake;
        lock (_gate)
        {
            if (_failure is not null) throw new BrokerException(_failure.Message, _failure);
            if (_stopping) throw new BrokerException("The broker is closed.");
            if (mayRefuse && _waiting.Count > 0
                && (_waiting.Count >= _options.QueuedRequests || _waitingBytes + request.Bytes > _options.QueuedBytes)) return false;
            _waiting.Add(request);
            _waitingBytes += request.Bytes;
            wake = _idle;
            _idle = false;
        }

        if (wake) _wake.Release();
        return true;
    }

    /// <summary>Stores what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        bool wake;
        lock (_gate)
        {
            _stopping = true;
            wake = _idle;
            _idle = false;
        }

        if (wake) _wake.Release();
        await _stopped.Task;
        _wake.Dispose();
    }

    private void Run()
    {
        List<WriteRequest> group = [];
        while (TakeGroup(ref group)) Store(group);
        try
        {
            _tables.Dispose();
        }
        catch (SqliteException e)
        {
            BrokerLog.NotClosedCleanly(_logger, _path, e);
        }

        _recent.Close(_failure ?? new BrokerException("The broker is closed."));
        _stopped.SetResult();
    }

    private bool TakeGroup(ref List<WriteRequest> group)
    {
        group.Clear();
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Count > 0)
                {
                    (group, _waiting) = (_waiting, group);
                    _waitingBytes = 0;
                    return true;
                }

                if (_stopping || _failure is not null) return false;
                if (_tables.Retention.IsDue) return true;
                _idle = true;
            }

            _wake.Wait();
        }
    }

    private void Store(List<WriteRequest> group)
    {
        if (_failure is null)
        {
            try
            {
                _tables.Begin();
                foreach (var request in group) request.Apply(_tables);
                _tables.Retain(idle: group.Count == 0);
                _tables.Commit();
            }
#pragma warning disable CA1031 // Whatever ends a transaction must end the waiting of its callers too.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Fail(group, e);
                return;
            }

            _recent.Add(_tables.Appended);
            foreach (var request in group) request.Complete();
            _tables.Checkpoint();
            return;
        }

        foreach (var request in group) request.Fail(_failure);
    }

    private void Fail(List<WriteRequest> group, Exception cause)
    {
        var passes = cause is SqliteException { SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_BUSY };
        var reason = cause switch
        {
            SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => new BrokerException($"{_path}: the disk is full or the file has reached its bound; nothing was stored. Make room or raise the bound.", cause),
            SqliteException { SqliteErrorCode: raw.SQLITE_BUSY } => new BrokerException($"{_path}: another process has locked the file; nothing was stored. End what holds it, such as a copy that is being made.", cause),
            _ => new BrokerException($"{_path}: storing failed ({cause.Message}); nothing was stored and the broker has stopped. Check the disk and start again.", cause),
        };
        foreach (var request in group)
        {
            if (request.Subscription is { } subscription) _tables.Close(subscription);
        }

        try
        {
            _tables.Rollback(idle: group.Count == 0);
        }
        catch (Exception e) when (e is SqliteException or BrokerException)
        {
            passes = false;
            reason = new BrokerException($"{_path}: undoing a failed write failed ({e.Message}); the broker has stopped. Check the disk and start again.", cause);
        }

        BrokerLog.StoringFailed(_logger, reason.Message, cause);
        if (!passes)
        {
            lock (_gate) _failure = reason;
        }

        foreach (var request in group) request.Fail(reason);
    }
}
