namespace FnMesh.Policy.Snapshots;

/// <summary>How many calls and deliveries may be on a way at the same time.</summary>
/// <param name="Most">1 to 1,000,000.</param>
/// <param name="Source">Who says so.</param>
public sealed record InFlightLimitEntry(int Most, LimitSource Source);
