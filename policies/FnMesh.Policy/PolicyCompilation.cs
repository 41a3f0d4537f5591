using System.Collections.Immutable;
using FnMesh.Policy.Effective;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>What became of a set of policy files.</summary>
/// <param name="Snapshot">Null when any diagnostic is an error.</param>
/// <param name="Diagnostics">Everything that was found, ordered by place.</param>
/// <param name="Resources">Every document that has a known kind and a name, ordered by kind, then namespace, then name.</param>
public sealed record PolicyCompilation(
    PolicySnapshot? Snapshot, ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<Resource> Resources)
{
    /// <summary>Where every value of the snapshot comes from. It stays here: gateways need it for nothing.</summary>
    public ImmutableArray<EffectiveWay> Ways { get; init; } = [];

    /// <summary>Every <c>run</c> with a project, also of files that hold errors elsewhere.</summary>
    public ImmutableArray<RunEntry> Projects { get; init; } = [];

    /// <summary>What the Mesh says of routes from attributes of functions; null where it says nothing.</summary>
    public bool? AttributeRoutes { get; init; }
}
