namespace FnMesh.Node.Stream;

/// <summary>Waits that double from <paramref name="first"/> to <paramref name="longest"/>, each shortened by chance to as little as half, so that nodes do not come back all at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private int _failures;

    public TimeSpan Next()
    {
        var whole = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        lock (random) return TimeSpan.FromMilliseconds(whole * (0.5 + (random.NextDouble() / 2)));
    }

    public void Reset() => _failures = 0;
}
