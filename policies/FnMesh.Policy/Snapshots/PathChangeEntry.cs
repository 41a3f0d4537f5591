namespace FnMesh.Policy.Snapshots;

/// <summary>A new path for a call; the query stays.</summary>
/// <param name="Replacement">Begins with <c>/</c>, or is empty where a prefix is taken away.</param>
/// <param name="PrefixLength">How many characters of the path it replaces; null for all of them.</param>
public sealed record PathChangeEntry(string Replacement, int? PrefixLength);
