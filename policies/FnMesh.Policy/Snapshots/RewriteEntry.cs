namespace FnMesh.Policy.Snapshots;

/// <summary>What the function sees in place of what the caller sent.</summary>
/// <param name="Hostname">The Host header; null for the endpoint's own.</param>
/// <param name="Path">Null for the path as received.</param>
public sealed record RewriteEntry(string? Hostname, PathChangeEntry? Path);
