namespace FnMesh.Policy.Snapshots;

/// <param name="Kind">What is targeted.</param>
/// <param name="Name">The target's name; empty for the mesh and its broker.</param>
/// <param name="Section">The name of one rule of a route; null means all of it.</param>
public sealed record AuthorizationTarget(AuthorizationTargetKind Kind, string Name, string? Section);
