namespace FnMesh.Gateway.Routing;

/// <summary>Where calls of the mesh to one app go.</summary>
/// <param name="Name">The app's qualified name.</param>
/// <param name="Attached">The routes that are attached to the app for everybody, which are all the ways to it then (Gateway API, GAMMA); null while there are none.</param>
/// <param name="Direct">Where calls go while no route is attached and none of the mesh matches, and where functions are run by name.</param>
internal sealed record AppRoutes(string Name, RouteTable? Attached, RouteRule Direct);
