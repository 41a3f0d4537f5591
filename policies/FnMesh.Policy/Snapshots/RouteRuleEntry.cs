using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>A rule of an HTTPRoute: which calls it is for, and where they go.</summary>
public sealed record RouteRuleEntry
{
    /// <summary>The rule's name, which policies select by <c>sectionName</c>.</summary>
    public string? Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>At least one; any of them selects the rule.</summary>
    public required ImmutableArray<RouteMatchEntry> Matches { get; init; }

    /// <summary>Weighted choices; empty means that the rule answers InvalidBackend.</summary>
    public required ImmutableArray<BackendEntry> Backends { get; init; }

    /// <summary>Null means that each call chooses anew.</summary>
    public SessionEntry? Session { get; init; }
}
