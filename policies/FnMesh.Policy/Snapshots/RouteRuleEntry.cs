using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>A rule of a route: which calls it is for, and where they go.</summary>
public sealed record RouteRuleEntry
{
    /// <summary>The rule's name, which policies select by <c>sectionName</c>.</summary>
    public string? Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>At least one; any of them selects the rule.</summary>
    public required ImmutableArray<RouteMatchEntry> Matches { get; init; }

    /// <summary>Weighted choices; without a weight and a redirect the rule answers InvalidBackend.</summary>
    public required ImmutableArray<BackendEntry> Backends { get; init; }

    /// <summary>References that lead nowhere: their share of the calls is answered with InvalidBackend. Null for none.</summary>
    public ImmutableArray<InvalidBackendEntry>? InvalidBackends { get; init; }

    /// <summary>What is done to calls on their way; null for nothing.</summary>
    public FiltersEntry? Filters { get; init; }

    /// <summary>Null means that each call chooses anew.</summary>
    public SessionEntry? Session { get; init; }
}
