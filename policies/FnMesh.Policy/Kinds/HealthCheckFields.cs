using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a TrafficPolicy says of checks; null is what was left out.</summary>
internal sealed record HealthCheckFields
{
    public static HealthCheckFields None { get; } = new();

    public Written<string>? Path { get; init; }

    /// <summary>Empty for the whole server; never beside <see cref="Path"/>.</summary>
    public Written<string>? GrpcService { get; init; }

    /// <summary>Where what is asked for stands; null where nothing is.</summary>
    public Origin? Place() => Path?.Origin ?? GrpcService?.Origin;

    public Written<TimeSpan>? Interval { get; init; }

    public Written<TimeSpan>? Timeout { get; init; }

    public Written<int>? UnhealthyThreshold { get; init; }

    public Written<int>? HealthyThreshold { get; init; }

    public Written<ImmutableArray<int>>? ExpectedStatuses { get; init; }

    /// <summary>Field by field: this one where it is written, else the other.</summary>
    public HealthCheckFields Over(HealthCheckFields other) => new()
    {
        // One way of asking takes the place of the other.
        Path = Place() is null ? other.Path : Path,
        GrpcService = Place() is null ? other.GrpcService : GrpcService,
        Interval = Interval ?? other.Interval,
        Timeout = Timeout ?? other.Timeout,
        UnhealthyThreshold = UnhealthyThreshold ?? other.UnhealthyThreshold,
        HealthyThreshold = HealthyThreshold ?? other.HealthyThreshold,
        ExpectedStatuses = ExpectedStatuses ?? other.ExpectedStatuses,
    };

    /// <summary>The path and place of every field, whether it is written or not.</summary>
    public IEnumerable<(string Path, Origin? Origin)> Places() =>
    [
        (GrpcService is null ? "healthCheck.path" : "healthCheck.grpc", Place()),
        ("healthCheck.interval", Interval?.Origin),
        ("healthCheck.timeout", Timeout?.Origin),
        ("healthCheck.unhealthyThreshold", UnhealthyThreshold?.Origin),
        ("healthCheck.healthyThreshold", HealthyThreshold?.Origin),
        ("healthCheck.expectedStatuses", ExpectedStatuses?.Origin),
    ];

    /// <summary>Null where nothing is checked.</summary>
    public HealthCheckEntry? Entry() => Place() is null ? null : new HealthCheckEntry
    {
        Path = Path?.Value,
        GrpcService = GrpcService?.Value,
        Interval = Interval?.Value ?? Defaults.CheckInterval,
        Timeout = Timeout?.Value ?? Defaults.CheckTimeout,
        UnhealthyThreshold = UnhealthyThreshold?.Value ?? Defaults.UnhealthyThreshold,
        HealthyThreshold = HealthyThreshold?.Value ?? Defaults.HealthyThreshold,
        ExpectedStatuses = Path is null ? [] : ExpectedStatuses?.Value ?? [],
    };
}
