namespace FnMesh.Gateway.Limits;

/// <summary>Counts what is under way. Safe for concurrent use.</summary>
internal sealed class InFlightMeter
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _count) <= most) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
