namespace FnMesh.Policy.Snapshots;

/// <param name="Name">As it was written.</param>
/// <param name="Value">As it is sent.</param>
public sealed record HeaderValueEntry(string Name, string Value);
