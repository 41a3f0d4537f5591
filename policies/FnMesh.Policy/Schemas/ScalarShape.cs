using System.Collections.Immutable;

namespace FnMesh.Policy.Schemas;

/// <summary>What a single value may be, in the words of JSON Schema.</summary>
/// <param name="Types">Names of JSON types.</param>
internal sealed record ScalarShape(params ImmutableArray<string> Types)
{
    /// <summary>The only values; empty for all.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    public string? Pattern { get; init; }

    public int? MinLength { get; init; }

    public double? Minimum { get; init; }

    public double? Above { get; init; }

    public double? Maximum { get; init; }

    /// <summary>Bounds that no keyword can say; null for none.</summary>
    public string? Note { get; init; }
}
