namespace FnMesh.Policy.Snapshots;

/// <param name="Revision">A revision of the same app.</param>
/// <param name="Percent">0 to 100.</param>
public sealed record TrafficShare(string Revision, int Percent);
