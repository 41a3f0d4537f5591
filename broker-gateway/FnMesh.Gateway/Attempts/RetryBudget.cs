using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Attempts;

/// <summary>
/// Bounds repetitions to a share of the calls, or to a least rate, whichever is more. It counts in tenths of the interval,
/// so that what is old falls out smoothly, and never before the interval is over: the bound holds for every interval. Safe for concurrent use.
/// </summary>
internal sealed class RetryBudget(RetryBudgetEntry entry, TimeProvider time)
{
    private readonly SlidingCount _calls = new(entry.Interval, time);
    private readonly SlidingCount _repetitions = new(entry.Interval, time, whole: true);
    private readonly SlidingCount _least = new(entry.MinInterval, time, whole: true);
    private readonly Lock _lock = new();

    public void Call() => _calls.Add(1);

    /// <summary>Takes one repetition out of the budget.</summary>
    /// <returns>False when there is none left: the failure stands.</returns>
    public bool TryRepeat()
    {
        lock (_lock)
        {
            var allowed = _repetitions.Total < _calls.Total * (entry.Percent / 100.0) || _least.Total < entry.MinCount;
            if (!allowed) return false;
            _repetitions.Add(1);
            _least.Add(1);
            return true;
        }
    }
}
