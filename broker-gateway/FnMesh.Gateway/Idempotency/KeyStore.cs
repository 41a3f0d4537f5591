using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Idempotency;

/// <summary>
/// Keeps keys on a thread of its own, which begins with the first key: what waits is stored in one transaction, and its callers go on when that is written.
/// </summary>
internal sealed class KeyStore : IAsyncDisposable
{
    /// <summary>Calls that may wait for a key.</summary>
    private const int Capacity = 4_096;

    private const int MaxGroup = 256;

    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly BlockingCollection<KeyWork> _work = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly int _most;
    private readonly long _mostBytes;
    private readonly bool _isShared;
    private bool _started;
    private bool _closed;

    /// <param name="directory">Where the file is; no other gateway uses it, but one that was taken over from.</param>
    /// <param name="time">Ends what is kept.</param>
    /// <param name="most">How many keys are kept.</param>
    /// <param name="mostBytes">How long the file may be.</param>
    /// <param name="isShared">Whether there is such a one, whose calls may be under way.</param>
    public KeyStore(string directory, TimeProvider time, int most = KeyTables.MaxKeys, long mostBytes = KeyTables.MaxFileBytes, bool isShared = false) =>
        (_directory, _time, _most, _mostBytes, _isShared) = (directory, time, most, mostBytes, isShared);

    /// <exception cref="KeyStoreException">Nothing is known of the key.</exception>
    public Task<KeyClaim> ClaimAsync(byte[] key, byte[] payload, TimeSpan keepFor)
    {
        var now = _time.GetUtcNow();
        return RunAsync(tables => tables.Claim(key, payload, now, now + keepFor));
    }

    /// <summary>Ends the call of a key. An answer for which there is no room is not kept, and the key says so.</summary>
    /// <exception cref="KeyStoreException">The key stays taken while the gateway runs.</exception>
    public async Task FinishAsync(byte[] key, KeyState state, KeptAnswer? answer)
    {
        try
        {
            await StoreAsync(key, state, answer);
        }
        catch (KeyStoreException) when (answer is not null)
        {
            await StoreAsync(key, KeyState.Unkept, null);
        }
    }

    /// <inheritdoc cref="FinishAsync"/>
    public Task ForgetAsync(byte[] key) => RunAsync(tables =>
    {
        tables.Forget(key);
        return true;
    }, endsCall: true);

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

    private Task<bool> StoreAsync(byte[] key, KeyState state, KeptAnswer? answer) => RunAsync(tables =>
    {
        tables.Finish(key, state, answer);
        return true;
    }, endsCall: true);

    private Task<T> RunAsync<T>(Func<KeyTables, T> run, bool endsCall = false)
    {
        var work = new KeyWork<T>(run);
        lock (_gate)
        {
            if (_closed) throw new KeyStoreException("the gateway is ending");
            // The end of a call is never refused, or its key would stay taken: there are no more ends than calls that got a key.
            if (!endsCall && _work.Count >= Capacity) throw new KeyStoreException("too many calls with an Idempotency-Key wait for the disk");
            _work.Add(work);
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
            var isDue = _time.GetElapsedTime(swept) >= Sweep;
            if (isDue) swept = _time.GetTimestamp();
            Store(ref tables, group, isDue);
            group.Clear();
        }

        tables?.Dispose();
        _stopped.TrySetResult();
    }

    private void Store(ref KeyTables? tables, List<KeyWork> group, bool sweeps)
    {
        var hasBegun = false;
        try
        {
            // One that could not be opened may be by the next time.
            tables ??= new KeyTables(_directory, _most, _mostBytes, _isShared);
            tables.Begin();
            hasBegun = true;
            foreach (var work in group) work.Run(tables);
            if (sweeps) tables.Expire(_time.GetUtcNow());
            tables.Commit();
        }
#pragma warning disable CA1031 // Whatever ends a transaction must end the waiting of its callers too.
        catch (Exception cause)
#pragma warning restore CA1031
        {
            Rollback(ref tables);
            // What cannot be stored must not take with it what only shared its transaction.
            if (hasBegun && tables is not null && group.Count > 1) foreach (var work in group) Store(ref tables, [work], sweeps: false);
            else Fail(group, cause);
            return;
        }

        foreach (var work in group) work.Complete();
    }

    private static void Rollback(ref KeyTables? tables)
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
    }

    private void Fail(List<KeyWork> group, Exception cause)
    {
        var reason = cause as KeyStoreException ?? new KeyStoreException($"keys cannot be kept in {KeyTables.PathIn(_directory)} ({cause.Message}); check the disk, or remove the file while the gateway stands still, which forgets all keys", cause);
        foreach (var work in group) work.Fail(reason);
    }
}
