namespace FnMesh.Gateway.Routing;

/// <summary>
/// Whether an endpoint could be connected to when it was tried last. After a failure others are preferred for 1 s, then for twice as long with each
/// further failure, at most for 10 s: the lease of a dead endpoint. When that is over one call tries it, and the others wait for what that finds. It outlives the table. Safe for concurrent use.
/// </summary>
internal sealed class Reachability(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private TimeSpan _pause;
    private long _failedAt;
    private bool _tried;
    private volatile bool _failed;

    /// <summary>Whether it could be connected to when it was tried last, or was not tried yet.</summary>
    public bool Stands => !_failed;

    /// <summary>Whether a call may go there although there are others; one at a time once it has failed.</summary>
    public bool MayTry()
    {
        if (!_failed) return true;
        lock (_lock)
        {
            if (time.GetElapsedTime(_failedAt) < _pause) return false;
            // Should nothing be heard of this one, another may try after the same pause.
            (_failedAt, _tried) = (time.GetTimestamp(), true);
            return true;
        }
    }

    /// <summary>Nobody took the connection. Calls that failed together count once.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            if (_failed && !_tried && time.GetElapsedTime(_failedAt) < _pause) return;
            _pause = !_failed ? First : _pause * 2 < Longest ? _pause * 2 : Longest;
            (_failedAt, _tried, _failed) = (time.GetTimestamp(), false, true);
        }
    }

    public void Reached()
    {
        if (_failed) _failed = false;
    }
}
