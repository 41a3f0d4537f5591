namespace FnMesh.Policy.Snapshots;

/// <summary>How much of a gateway's traffic may go one way. At least one of <see cref="Rate"/> and <see cref="InFlight"/> is there.</summary>
public sealed record LimitsEntry
{
    public LimitPer Per { get; init; }

    /// <summary>In lower case; null unless <see cref="Per"/> is <see cref="LimitPer.Header"/>.</summary>
    public string? Header { get; init; }

    /// <summary>Null means any number.</summary>
    public RateLimitEntry? Rate { get; init; }

    /// <summary>Null means any number.</summary>
    public InFlightLimitEntry? InFlight { get; init; }
}
