using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>An HTTPRoute.</summary>
public sealed record RouteEntry
{
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary><c>edge</c> for callers from outside, <c>mesh</c> for every call between functions, else the name of an app, for calls to it. Ordered; at least one.</summary>
    public required ImmutableArray<string> Parents { get; init; }

    /// <summary>Lower case, exact or with a leading <c>*.</c>; empty means every host.</summary>
    public required ImmutableArray<string> Hostnames { get; init; }

    public required ImmutableArray<RouteRuleEntry> Rules { get; init; }
}
