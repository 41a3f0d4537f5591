namespace FnMesh.Policy.Snapshots;

/// <summary>An answer that no function gives.</summary>
/// <param name="Percent">1 to 100.</param>
/// <param name="Status">400 to 599.</param>
public sealed record AbortEntry(int Percent, int Status);
