using System.Collections.Immutable;

namespace FnMesh.Control.Nodes;

/// <summary>How far a rotation came.</summary>
/// <param name="Step">What nodes were to do at last, as in: they did not <c>hold a new SVID</c>.</param>
/// <param name="Laggards">The nodes that did not in time; empty when the rotation is done.</param>
public sealed record RotationOutcome(string Step, ImmutableArray<string> Laggards)
{
    /// <summary>Whether everybody followed.</summary>
    public bool IsWhole => Laggards.IsEmpty;
}
