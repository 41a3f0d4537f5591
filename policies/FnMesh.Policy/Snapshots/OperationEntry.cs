using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Every list that is not empty must have a match. In patterns <c>*</c> stands alone, first or last, and crosses <c>/</c> and <c>.</c>.</summary>
public sealed record OperationEntry
{
    /// <summary>Empty means all three.</summary>
    public required ImmutableArray<Operation> Operations { get; init; }

    /// <summary>Upper-case HTTP methods; they restrict calls only.</summary>
    public required ImmutableArray<string> Methods { get; init; }

    /// <summary>Path patterns; they restrict calls only.</summary>
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>Event type patterns; they restrict publishing and delivery only.</summary>
    public required ImmutableArray<string> EventTypes { get; init; }
}
