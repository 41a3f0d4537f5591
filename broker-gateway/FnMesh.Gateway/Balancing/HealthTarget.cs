using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Balancing;

/// <summary>An endpoint that is checked, and how.</summary>
internal sealed record HealthTarget(Endpoint Endpoint, HealthCheckEntry Check);
