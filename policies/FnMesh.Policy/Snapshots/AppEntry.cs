using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>A function app: its revisions and how traffic is shared between them.</summary>
public sealed record AppEntry
{
    /// <summary>Qualified.</summary>
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>In the order of the file; the last one is the latest.</summary>
    public required ImmutableArray<RevisionEntry> Revisions { get; init; }

    /// <summary>What holds for calls that no route matches, which go to the app directly.</summary>
    public required ResilienceEntry Resilience { get; init; }

    /// <summary>Null means that its endpoints are not checked.</summary>
    public HealthCheckEntry? HealthCheck { get; init; }

    /// <summary>Shares that add up to 100; empty means all to the latest ready revision.</summary>
    public required ImmutableArray<TrafficShare> Traffic { get; init; }
}
