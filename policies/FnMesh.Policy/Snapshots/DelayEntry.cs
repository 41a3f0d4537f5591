namespace FnMesh.Policy.Snapshots;

/// <summary>A wait before the first attempt.</summary>
/// <param name="Percent">1 to 100.</param>
/// <param name="Duration">1 ms to 1 min.</param>
public sealed record DelayEntry(int Percent, TimeSpan Duration);
