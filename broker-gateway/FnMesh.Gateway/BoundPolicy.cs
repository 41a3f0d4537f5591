using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway;

/// <summary>A policy, bound to the endpoints of a moment.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Endpoints">The endpoints.</param>
/// <param name="Table">What decides once it is live.</param>
/// <param name="State">The live state of the table.</param>
/// <param name="From">The live state that it took over; null for the first.</param>
internal sealed record BoundPolicy(PolicySnapshot Policy, EndpointSnapshot Endpoints, RoutingTable Table, LiveState State, LiveState? From);
