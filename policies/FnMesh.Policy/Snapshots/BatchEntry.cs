namespace FnMesh.Policy.Snapshots;

/// <summary>How events are gathered into one request.</summary>
/// <param name="Size">Events in a request at most; 2 to 1,000.</param>
/// <param name="Wait">How long the first event waits for others; up to a minute.</param>
public sealed record BatchEntry(int Size, TimeSpan Wait);
