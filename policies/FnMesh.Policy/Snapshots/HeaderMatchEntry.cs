namespace FnMesh.Policy.Snapshots;

public sealed record HeaderMatchEntry(string Name, string Value);
