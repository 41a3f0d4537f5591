namespace FnMesh.Gateway.Routing;

/// <summary>Where calls of the mesh to one app go.</summary>
/// <param name="Attached">The routes that are attached to the app; where there are any, they are all the ways to it (Gateway API, GAMMA).</param>
/// <param name="Direct">Where calls go while no route is attached and none of the mesh matches, and where functions are run by name.</param>
internal sealed record AppRoutes(RouteTable Attached, RouteRule Direct);
