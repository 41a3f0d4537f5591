namespace FnMesh.Policy.Snapshots;

/// <summary>How long the body of a call may be.</summary>
/// <param name="Most">In bytes; 0 lets no body through.</param>
/// <param name="Source">Who says so.</param>
public sealed record BodyLimitEntry(int Most, LimitSource Source);
