using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>An AuthorizationPolicy on one of its targets.</summary>
public sealed record AuthorizationEntry
{
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    public required AuthorizationTarget Target { get; init; }

    public required AuthorizationAction Action { get; init; }

    /// <summary>True when it only counts and logs what it would decide; null when it decides.</summary>
    public bool? DryRun { get; init; }

    public required ImmutableArray<AuthorizationRuleEntry> Rules { get; init; }
}
