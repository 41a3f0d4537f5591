namespace FnMesh.Policy.Snapshots;

/// <summary>A reference of a route to what is no backend.</summary>
/// <param name="Name">As it was written.</param>
/// <param name="Weight">Its share, beside those of the backends.</param>
public sealed record InvalidBackendEntry(string Name, int Weight);
