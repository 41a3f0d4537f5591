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

    /// <summary>Patterns of the <c>source</c> of events; they restrict publishing and delivery only. Null means all.</summary>
    public ImmutableArray<string>? EventSources { get; init; }

    /// <summary>Patterns of names of functions, whatever the case; they restrict calls and delivery only. Null means all.</summary>
    public ImmutableArray<string>? Functions { get; init; }

    /// <summary>
    /// Whether this speaks of an operation at all. Without a list of operations: what methods and paths speak of is a call, what types and sources of
    /// events speak of is not, and what functions speak of is no publication; otherwise all three.
    /// </summary>
    public bool Names(Operation operation)
    {
        if (Operations.Length > 0) return Operations.Contains(operation);
        if (operation == Operation.Publish && Functions is not null) return false;
        var ofCalls = Methods.Length + Paths.Length > 0;
        return ofCalls == (EventTypes.Length > 0 || EventSources is not null) || (operation == Operation.Call) == ofCalls;
    }
}
