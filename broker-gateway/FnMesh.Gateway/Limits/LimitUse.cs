namespace FnMesh.Gateway.Limits;

/// <summary>What one envelope took of a way's limits.</summary>
internal sealed class LimitUse(WayLimits limits, InFlightMeter? held)
{
    /// <summary>What it took of the rate; meaningless without one.</summary>
    public RateUse Rate { get; set; }

    public LimitHeaders Headers => limits.Headers;

    /// <summary>Its way has ended.</summary>
    public void Leave() => held?.Leave();
}
