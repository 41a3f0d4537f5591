using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Attempts;

/// <summary>Refuses calls for a while when too many failed; then lets one through to see. Safe for concurrent use.</summary>
internal sealed class CircuitBreaker(CircuitBreakerEntry entry, TimeProvider time)
{
    private readonly SlidingCount _all = new(entry.Window, time);
    private readonly SlidingCount _failed = new(entry.Window, time);
    private readonly Lock _lock = new();
    private long _openUntil;
    private bool _probing;

    /// <summary>Whether an attempt may be made now.</summary>
    /// <param name="probe">It is the one that is let through to see; it must be reported as such, or abandoned.</param>
    /// <param name="retryAfter">When refused: the time until one may be made.</param>
    public bool TryEnter(out bool probe, out TimeSpan retryAfter)
    {
        probe = false;
        retryAfter = default;
        if (Volatile.Read(ref _openUntil) == 0) return true;
        lock (_lock)
        {
            if (_openUntil == 0) return true;
            var left = _openUntil - Now();
            if (left <= 0 && !_probing) return _probing = probe = true;
            retryAfter = TimeSpan.FromTicks(Math.Max(left, TimeSpan.TicksPerSecond));
            return false;
        }
    }

    /// <summary>Whether an attempt would be refused now.</summary>
    public bool IsOpen
    {
        get
        {
            if (Volatile.Read(ref _openUntil) == 0) return false;
            lock (_lock) return _openUntil != 0 && (_probing || _openUntil > Now());
        }
    }

    /// <summary>Counts an attempt. What began before the breaker opened tells nothing new and is left out.</summary>
    public void Report(bool failed, bool probe)
    {
        if (Volatile.Read(ref _openUntil) != 0 && !probe) return;
        _all.Add(1);
        if (failed) _failed.Add(1);
        if (!failed && !probe) return;
        lock (_lock)
        {
            if (probe)
            {
                _probing = false;
                if (failed) Open();
                else Close();
            }
            else if (_openUntil == 0 && _all.Total is var all && all >= entry.MinimumThroughput && _failed.Total >= all * entry.FailureRatio)
            {
                Open();
            }
        }
    }

    /// <summary>The attempt came to nothing that tells of the backend: its caller went away.</summary>
    public void Abandon(bool probe)
    {
        if (!probe) return;
        lock (_lock) _probing = false;
    }

    private void Open() => Volatile.Write(ref _openUntil, Now() + entry.BreakFor.Ticks);

    private void Close()
    {
        _all.Clear();
        _failed.Clear();
        Volatile.Write(ref _openUntil, 0);
    }

    private long Now() => time.GetElapsedTime(0).Ticks + 1;
}
