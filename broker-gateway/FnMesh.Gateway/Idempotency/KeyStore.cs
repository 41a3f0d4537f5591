using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Idempotency;

/// <summary>
/// Keeps keys on a thread of its own, which begins with the first key: what waits is stored in one transaction, and its callers go on when that is written.
/// </summary>
internal sealed class KeyStore : IAsyncDisposable
{
    /// <summary>Requests that may wait.</summary>
    private const int Capacity = 4_096;

    private const int MaxGroup = 256;

    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<KeyWork> _work = new(Capacity);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly int _most;
    private readonly bool _isShared;
    private bool _started;
    private bool _closed;

    /// <param name="directory">Where the file is; no other gateway uses it, but one that was taken over from.</param>
    /// <param name="time">Ends what is kept.</param>
    /// <param name="most">How many keys are kept.</param>
    /// <param name="isShared">Whether there is such a one, whose calls may be under way.</param>
    public KeyStore(string directory, TimeProvider time, int most = KeyTables.MaxKeys, bool isShared = false) =>
        (_directory, _time, _most, _isShared) = (directory, time, most, isShared);

    /// <exception cref="KeyStoreException">Nothing is known of the key.</exception>
    public Task<KeyClaim> ClaimAsync(byte[] key, byte[] payload, TimeSpan keepFor)
    {
        var now = _time.GetUtcNow();
        return RunAsync(tables => tables.Claim(key, payload, now, now + keepFor));
    }

    /// <exception cref="KeyStoreException">Nobody gets the key until its time is up.</exception>
    public Task FinishAsync(byte[] key, KeyState state, KeptAnswer? answer) => RunAsync(tables =>
    {
        tables.Finish(key, state, answer);
        return true;
    });

    /// <inheritdoc cref="FinishAsync"/>
    public Task ForgetAsync(byte[] key) => RunAsync(tables =>
    {
        tables.Forget(key);
        return true;
    });

    /// <summary>Stores what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            _work.CompleteAdding();
            if (!_started) _stopped.TrySetResult();
        }

        await _stopped.Task;
        _work.Dispose();
    }

    private Task<T> RunAsync<T>(Func<KeyTables, T> run)
    {
        var work = new KeyWork<T>(run);
        lock (_gate)
        {
            if (_closed) throw new KeyStoreException("the gateway is ending");
            if (!_work.TryAdd(work)) throw new KeyStoreException("too many calls with an Idempotency-Key wait for the disk");
            if (!_started) new Thread(Run) { IsBackground = true, Name = "fnmesh idempotency keys" }.Start();
            _started = true;
        }

        return work.Done;
    }

    private void Run()
    {
        KeyTables? tables = null;
        var swept = _time.GetTimestamp();
        var group = new List<KeyWork>();
        while (_work.TryTake(out var first, Timeout.Infinite))
        {
            group.Add(first);
            while (group.Count < MaxGroup && _work.TryTake(out var more)) group.Add(more);
            try
            {
                // One that could not be opened may be by the next time.
                tables ??= new KeyTables(_directory, _most, _isShared);
                tables.Begin();
                foreach (var work in group) work.Run(tables);
                if (_time.GetElapsedTime(swept) >= Sweep)
                {
                    tables.Expire(_time.GetUtcNow());
                    swept = _time.GetTimestamp();
                }

                tables.Commit();
                foreach (var work in group) work.Complete();
            }
#pragma warning disable CA1031 // Whatever ends a transaction must end the waiting of its callers too.
            catch (Exception cause)
#pragma warning restore CA1031
            {
                Fail(ref tables, group, cause);
            }

            group.Clear();
        }

        tables?.Dispose();
        _stopped.TrySetResult();
    }

    private void Fail(ref KeyTables? tables, List<KeyWork> group, Exception cause)
    {
        try
        {
            tables?.Rollback();
        }
        catch (SqliteException)
        {
            tables!.Dispose();
            tables = null;
        }

        var reason = cause as KeyStoreException ?? new KeyStoreException($"keys cannot be kept in {KeyTables.PathIn(_directory)} ({cause.Message}); check the disk, or remove the file while the gateway stands still, which forgets all keys", cause);
        foreach (var work in group) work.Fail(reason);
    }
}
