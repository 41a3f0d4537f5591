namespace FnMesh.Gateway.Routing;

/// <summary>
/// Numbers in [0,1) that fill the range evenly: multiples of the golden ratio from a random start. Shares of a split come out exact to
/// a few calls, where independent draws would stray by the square root of their count; and no period of the callers' can line up with it.
/// </summary>
internal sealed class ShareSequence(double start)
{
    private const double GoldenRatio = 0.6180339887498949;

    private long _drawn;

    public double Next()
    {
        // 2^32 draws keep 20 bits of the fraction exact; the count starts again there.
        var count = (uint)Interlocked.Increment(ref _drawn);
        var unit = start + (count * GoldenRatio);
        return unit - Math.Floor(unit);
    }
}
