using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>What goes wrong on purpose. At least one of <see cref="Delay"/> and <see cref="Abort"/> is there.</summary>
public sealed record FaultEntry
{
    /// <summary>Null means that nothing is delayed.</summary>
    public DelayEntry? Delay { get; init; }

    /// <summary>Null means that nothing is aborted.</summary>
    public AbortEntry? Abort { get; init; }

    /// <summary>A call must have all of them, ordered by name; null means every call, and every delivery.</summary>
    public ImmutableArray<HeaderMatchEntry>? Headers { get; init; }
}
