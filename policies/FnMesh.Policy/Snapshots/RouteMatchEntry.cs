using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Every part that is set must hold.</summary>
public sealed record RouteMatchEntry
{
    public required PathMatchType PathType { get; init; }

    /// <summary>Begins with <c>/</c>; a prefix ends without one, unless it is <c>/</c> itself.</summary>
    public required string Path { get; init; }

    /// <summary>Upper case; null means every method.</summary>
    public string? Method { get; init; }

    /// <summary>Exact values; names in lower case, ordered.</summary>
    public required ImmutableArray<HeaderMatchEntry> Headers { get; init; }
}
