using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a TrafficPolicy says of the choice among endpoints; null is what was left out.</summary>
internal sealed record BalancingFields
{
    public static BalancingFields None { get; } = new();

    public Written<BalanceAlgorithm>? Algorithm { get; init; }

    public Written<int>? ConsecutiveFailures { get; init; }

    public Written<TimeSpan>? EjectFor { get; init; }

    public Written<int>? MaxEjectedPercent { get; init; }

    public Written<bool>? ZonePreference { get; init; }

    public Written<ImmutableArray<int>>? GrpcCodes { get; init; }

    /// <summary>An app or a revision.</summary>
    public Written<Reference>? Failover { get; init; }

    /// <summary>Field by field: this one where it is written, else the other.</summary>
    public BalancingFields Over(BalancingFields other) => new()
    {
        Algorithm = Algorithm ?? other.Algorithm,
        ConsecutiveFailures = ConsecutiveFailures ?? other.ConsecutiveFailures,
        EjectFor = EjectFor ?? other.EjectFor,
        MaxEjectedPercent = MaxEjectedPercent ?? other.MaxEjectedPercent,
        ZonePreference = ZonePreference ?? other.ZonePreference,
        GrpcCodes = GrpcCodes ?? other.GrpcCodes,
        Failover = Failover ?? other.Failover,
    };

    /// <summary>The path and place of every field, whether it is written or not.</summary>
    public IEnumerable<(string Path, Origin? Origin)> Places() =>
    [
        ("loadBalancing.algorithm", Algorithm?.Origin),
        ("loadBalancing.zonePreference", ZonePreference?.Origin),
        ("outlierDetection.consecutiveFailures", ConsecutiveFailures?.Origin),
        ("outlierDetection.ejectFor", EjectFor?.Origin),
        ("outlierDetection.maxEjectedPercent", MaxEjectedPercent?.Origin),
        ("retry.grpcCodes", GrpcCodes?.Origin),
        ("failover", Failover?.Origin),
    ];

    /// <summary>What acts; null where it is what holds anyway.</summary>
    /// <param name="failover">What <see cref="Failover"/> means.</param>
    public BalancingEntry? Entry(FailoverEntry? failover) => this == None ? null : new BalancingEntry
    {
        Algorithm = Algorithm?.Value ?? BalancingEntry.Default.Algorithm,
        Outlier = new OutlierEntry(
            ConsecutiveFailures?.Value ?? Defaults.Outlier.ConsecutiveFailures,
            EjectFor?.Value ?? Defaults.Outlier.EjectFor,
            MaxEjectedPercent?.Value ?? Defaults.Outlier.MaxEjectedPercent),
        ZonePreference = ZonePreference?.Value ?? true,
        GrpcCodes = GrpcCodes?.Value ?? Defaults.GrpcCodes,
        Failover = failover,
    };
}
