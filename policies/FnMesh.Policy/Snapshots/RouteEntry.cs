using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>An HTTPRoute attached to <c>edge</c>.</summary>
public sealed record RouteEntry
{
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>Lower case, exact or with a leading <c>*.</c>; empty means every host.</summary>
    public required ImmutableArray<string> Hostnames { get; init; }

    public required ImmutableArray<RouteRuleEntry> Rules { get; init; }
}
