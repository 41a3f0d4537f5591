namespace FnMesh.Policy.Snapshots;

/// <summary>A rule of a route that hands its calls to another route.</summary>
/// <param name="Route">The qualified name of the HTTPRoute that hands on.</param>
/// <param name="Rule">The name of its rule; null where it has none.</param>
public sealed record DelegationEntry(string Route, string? Rule);
