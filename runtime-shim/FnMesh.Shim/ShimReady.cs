namespace FnMesh.Shim;

/// <summary>What is known once a process serves behind its shim.</summary>
/// <param name="Endpoint">Where gateways reach it.</param>
/// <param name="Door">Where the process reaches the mesh, on loopback.</param>
/// <param name="Admin">Where metrics and health are served; null when they are not.</param>
/// <param name="Refusals">Why control does not send anybody here yet; empty when it does.</param>
public sealed record ShimReady(Uri Endpoint, Uri Door, Uri? Admin, IReadOnlyList<string> Refusals);
