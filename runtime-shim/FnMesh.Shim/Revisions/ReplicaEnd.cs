namespace FnMesh.Shim.Revisions;

/// <summary>How one run of a replica's process ended.</summary>
/// <param name="Text">For people.</param>
/// <param name="WasReady">Whether it had served.</param>
/// <param name="IsFinal">Whether nothing was started, and nothing will be until somebody mends it.</param>
/// <param name="IsWanted">Whether the process asked to be started again, at once.</param>
internal readonly record struct ReplicaEnd(string Text, bool WasReady = false, bool IsFinal = false, bool IsWanted = false);
