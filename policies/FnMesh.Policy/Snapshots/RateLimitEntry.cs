namespace FnMesh.Policy.Snapshots;

/// <summary>How many calls and deliveries a second may go a way.</summary>
/// <param name="PerSecond">1 to 1,000,000.</param>
/// <param name="Burst">How many may come at once after a pause; 1 to 1,000,000.</param>
/// <param name="Source">Who says so.</param>
public sealed record RateLimitEntry(int PerSecond, int Burst, LimitSource Source);
