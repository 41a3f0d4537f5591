using System.Collections.Immutable;

namespace FnMesh.Policy.Kinds;

/// <param name="Backends">Empty when the sink is an address outside the mesh.</param>
/// <param name="Uri">With backends a path, without an absolute address.</param>
internal sealed record Sink(ImmutableArray<BackendReference> Backends, string Uri);
