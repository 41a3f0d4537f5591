using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>One version of a function app and how it is run.</summary>
public sealed record RevisionEntry
{
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    public required RunEntry Run { get; init; }

    /// <summary>1 to 100 processes.</summary>
    public required int Replicas { get; init; }

    /// <summary>Ordered by name.</summary>
    public required ImmutableArray<EnvironmentEntry> Environment { get; init; }

    /// <summary>Where its endpoints run that do not say so themselves; null for no zone.</summary>
    public string? Zone { get; init; }

    /// <summary>Its functions for calls, as it declared them in code; null where none of them says that it is idempotent and no rule for access names functions.</summary>
    public ImmutableArray<DeclaredCall>? Calls { get; init; }

    /// <summary>Its functions for calls to which no HTTPRoute of their own leads from the edge, as it declared them in code; null for none.</summary>
    public ImmutableArray<UnroutedCall>? Unrouted { get; init; }
}
