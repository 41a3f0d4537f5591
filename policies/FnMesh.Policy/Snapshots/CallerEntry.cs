using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Who asks: every list that is there must have a match. In patterns <c>*</c> stands alone, first or last, and crosses <c>/</c> and <c>.</c>.</summary>
public sealed record CallerEntry
{
    /// <summary>Patterns of principals; null means everybody.</summary>
    public ImmutableArray<string>? Principals { get; init; }

    /// <summary>Patterns of namespaces whose apps are meant, and nobody else; null means everybody.</summary>
    public ImmutableArray<string>? Namespaces { get; init; }

    /// <summary>Claims of the caller's token, all of them; null for none.</summary>
    public ImmutableArray<ClaimEntry>? Claims { get; init; }
}
