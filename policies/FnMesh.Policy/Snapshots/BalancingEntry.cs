using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>How attempts are shared among the endpoints of a backend, and who is left alone.</summary>
public sealed record BalancingEntry
{
    /// <summary>What holds where nothing is written.</summary>
    public static BalancingEntry Default { get; } = new() { Outlier = Defaults.Outlier, ZonePreference = true, GrpcCodes = Defaults.GrpcCodes };

    public BalanceAlgorithm Algorithm { get; init; }

    public required OutlierEntry Outlier { get; init; }

    /// <summary>Whether endpoints in the gateway's own zone come first.</summary>
    public required bool ZonePreference { get; init; }

    /// <summary>Null means nowhere.</summary>
    public FailoverEntry? Failover { get; init; }

    /// <summary>Statuses of gRPC that are worth repeating, ordered; 1 to 16.</summary>
    public required ImmutableArray<int> GrpcCodes { get; init; }
}
