using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>How gateways ask the endpoints of an app, one by one, whether they are well.</summary>
public sealed record HealthCheckEntry
{
    /// <summary>Path and query of a GET; null where <see cref="GrpcService"/> is asked for.</summary>
    public string? Path { get; init; }

    /// <summary>The service that gRPC's own check (grpc.health.v1.Health/Check) is asked about, empty for the whole server; null where <see cref="Path"/> is asked for.</summary>
    public string? GrpcService { get; init; }

    /// <summary>From one check of an endpoint to the next, within a tenth; at least 1 s.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Without the head of an answer by then, or all of it in gRPC, a check has failed.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Checks that fail in a row until an endpoint is left alone; 1 to 100.</summary>
    public required int UnhealthyThreshold { get; init; }

    /// <summary>Checks that succeed in a row until it is back; 1 to 100.</summary>
    public required int HealthyThreshold { get; init; }

    /// <summary>Of a path; ordered, empty means 200 to 299.</summary>
    public required ImmutableArray<int> ExpectedStatuses { get; init; }
}
