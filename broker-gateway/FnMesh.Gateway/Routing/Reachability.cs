namespace FnMesh.Gateway.Routing;

/// <summary>
/// Whether an endpoint could be connected to when it was tried last. After a failure others are preferred for 1 s, then for twice as long with each
/// further failure, at most for 10 s: the lease of a dead endpoint. It outlives the table. Safe for concurrent use.
/// </summary>
internal sealed class Reachability(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private TimeSpan _pause;
    private long _failedAt;
    private volatile bool _failed;

    /// <summary>Whether it is to be tried only when there is nothing else.</summary>
    public bool IsAvoided
    {
        get
        {
            if (!_failed) return false;
            lock (_lock) return time.GetElapsedTime(_failedAt) < _pause;
        }
    }

    /// <summary>Nobody took the connection. Calls that failed together count once.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            if (_failed && time.GetElapsedTime(_failedAt) < _pause) return;
            _pause = !_failed ? First : _pause * 2 < Longest ? _pause * 2 : Longest;
            _failedAt = time.GetTimestamp();
            _failed = true;
        }
    }

    public void Reached()
    {
        if (_failed) _failed = false;
    }
}
