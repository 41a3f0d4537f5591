namespace FnMesh.Policy.Snapshots;

/// <summary>A header that a call must have.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Value">The whole value, character for character.</param>
public sealed record HeaderMatchEntry(string Name, string Value);
