namespace FnMesh.Gateway.Limits;

/// <summary>What one envelope took of a way's limits.</summary>
internal readonly struct LimitUse(WayLimits limits, InFlightMeter? held, RateUse rate)
{
    /// <summary>What it took of the rate; meaningless without one.</summary>
    public RateUse Rate => rate;

    public LimitHeaders Headers => limits.Headers;

    /// <summary>Its way has ended.</summary>
    public void Leave() => held?.Leave();
}
