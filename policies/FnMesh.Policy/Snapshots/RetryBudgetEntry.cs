namespace FnMesh.Policy.Snapshots;

/// <summary>How many repetitions may be made: a share of the calls, or a least rate, whichever is more (XBackendTrafficPolicy.retryConstraint).</summary>
/// <param name="Percent">0 to 100, of the calls within <paramref name="Interval"/>.</param>
/// <param name="Interval">1 s to 1 h.</param>
/// <param name="MinCount">Repetitions that are always allowed within <paramref name="MinInterval"/>.</param>
/// <param name="MinInterval">1 s to 1 h.</param>
public sealed record RetryBudgetEntry(int Percent, TimeSpan Interval, int MinCount, TimeSpan MinInterval);
