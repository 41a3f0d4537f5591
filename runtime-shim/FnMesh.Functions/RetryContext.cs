namespace FnMesh.Functions;

/// <summary>How often a run was tried before.</summary>
/// <param name="RetryCount">0 the first time.</param>
/// <param name="MaxRetryCount">As the function's attribute says; null where it has none, and the mesh's policy decides.</param>
public sealed record RetryContext(int RetryCount, int? MaxRetryCount);
