namespace FnMesh.Policy.Snapshots;

/// <param name="Endpoint">One of a revision's endpoints.</param>
/// <param name="Zone">Where it runs.</param>
public sealed record EndpointZone(Uri Endpoint, string Zone);
