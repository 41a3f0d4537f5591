namespace FnMesh.Gateway.Limits;

/// <summary>
/// Counts against a rate with one number (GCRA, the generic cell rate algorithm): the time at which everything so far would have been used up at the rate. What is left
/// comes back continuously, and a change of rate resets nothing. Safe for concurrent use.
/// </summary>
internal sealed class RateMeter
{
    // Sums of fractions of a second stray by less.
    private const double Rounding = 1e-6;

    private double _usedUpAt = double.NegativeInfinity;

    /// <summary>Takes one, if there is one.</summary>
    /// <param name="now">Seconds on a clock that never goes back.</param>
    /// <param name="perSecond">How many come back in a second.</param>
    /// <param name="burst">How many there are at most.</param>
    public RateUse Take(double now, double perSecond, int burst)
    {
        var interval = 1.0 / perSecond;
        while (true)
        {
            var before = Volatile.Read(ref _usedUpAt);
            var ahead = Math.Max(before - now, 0);
            var wait = ahead - ((burst - 1) * interval);
            if (wait > interval * Rounding) return new(false, 0, wait, ahead);
            var after = ahead + interval;
            if (Interlocked.CompareExchange(ref _usedUpAt, now + after, before) != before) continue;
            return new(true, (int)Math.Max(Math.Floor(burst - (after * perSecond) + Rounding), 0), 0, after);
        }
    }
}
