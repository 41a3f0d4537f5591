using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>What became of a set of policy files.</summary>
/// <param name="Snapshot">Null when any diagnostic is an error.</param>
/// <param name="Diagnostics">Everything that was found, ordered by place.</param>
/// <param name="Resources">Every document that has a known kind and a name, ordered by kind, then name.</param>
public sealed record PolicyCompilation(
    PolicySnapshot? Snapshot, ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<Resource> Resources);
