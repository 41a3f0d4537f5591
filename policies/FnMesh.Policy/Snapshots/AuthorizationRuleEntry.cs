using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>A rule holds when one of <see cref="From"/> matches, one of <see cref="Operations"/> does, and <see cref="When"/> is true.</summary>
public sealed record AuthorizationRuleEntry
{
    public required Origin Origin { get; init; }

    /// <summary>Any of them; empty means everybody.</summary>
    public required ImmutableArray<CallerEntry> From { get; init; }

    /// <summary>Any of them; empty means every operation.</summary>
    public required ImmutableArray<OperationEntry> Operations { get; init; }

    /// <summary>An expression in CESQL over attributes of the call or of the event; null for none.</summary>
    public string? When { get; init; }

    /// <summary>Whether the rule speaks of an operation at all, whoever asks. An ALLOW closes its target for the operations that its rules name.</summary>
    public bool Names(Operation operation)
    {
        // Asked for every call: no closure.
        foreach (var entry in Operations)
        {
            if (entry.Names(operation)) return true;
        }

        return Operations.IsEmpty;
    }
}
