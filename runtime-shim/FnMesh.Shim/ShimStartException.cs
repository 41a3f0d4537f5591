namespace FnMesh.Shim;

/// <summary>A process could not be started behind its shim, or never served; the message names the mend.</summary>
public sealed class ShimStartException(string message) : Exception(message);
