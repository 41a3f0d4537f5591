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

    /// <summary>
    /// Whether this speaks of an operation at all. Without a list of operations: what methods and paths speak of is a call, what event types
    /// speak of is not; otherwise all three.
    /// </summary>
    public bool Names(Operation operation)
    {
        if (Operations.Length > 0) return Operations.Contains(operation);
        var ofCalls = Methods.Length + Paths.Length > 0;
        return ofCalls == (EventTypes.Length > 0) || (operation == Operation.Call) == ofCalls;
    }
}
