namespace FnMesh.Gateway;

/// <summary>The one source of randomness: seeded, so that a run can be repeated, and free of locks (SplitMix64 over a Weyl sequence).</summary>
internal sealed class Randomness(ulong seed)
{
    private long _state = (long)seed;

    public ulong NextUInt64()
    {
        var z = (ulong)Interlocked.Add(ref _state, unchecked((long)0x9E3779B97F4A7C15));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 up to, but not, 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));
}
