namespace FnMesh.Node.Stream;

/// <summary>Waits that double from <paramref name="first"/> to <paramref name="longest"/>.</summary>
/// <param name="first">The first wait.</param>
/// <param name="longest">No wait is longer.</param>
/// <param name="random">Shortens each wait to as little as half, so that nodes do not come back all at once; null where nobody else waits for the same.</param>
public sealed class Backoff(TimeSpan first, TimeSpan longest, Random? random = null)
{
    private const int LongLife = 3;

    private int _failures;

    public TimeSpan Next()
    {
        var whole = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        if (random is null) return TimeSpan.FromMilliseconds(whole);
        lock (random) return TimeSpan.FromMilliseconds(whole * (0.5 + (random.NextDouble() / 2)));
    }

    /// <summary>The wait after something that went well for a while: from the beginning when that was three times the longest wait or more.</summary>
    public TimeSpan Next(TimeSpan lived)
    {
        if (lived >= longest * LongLife) Reset();
        return Next();
    }

    public void Reset() => _failures = 0;
}
