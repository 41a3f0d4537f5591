namespace FnMesh.Shim.Revisions;

/// <summary>What a replica tells the supervisor's loop.</summary>
/// <param name="Replica">The one that tells.</param>
/// <param name="Endpoint">Where it serves now; null when it does not.</param>
/// <param name="Failure">Why it cannot start; null while it may yet.</param>
internal sealed record ReplicaReport(Replica Replica, Uri? Endpoint, string? Failure);
