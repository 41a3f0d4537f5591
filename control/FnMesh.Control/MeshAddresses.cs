namespace FnMesh.Control;

/// <summary>Where a mesh can be reached.</summary>
/// <param name="Gateway">The edge: calls and events from outside.</param>
/// <param name="Control">The admin API.</param>
public sealed record MeshAddresses(Uri Gateway, Uri Control);
