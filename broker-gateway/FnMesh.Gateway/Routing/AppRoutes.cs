namespace FnMesh.Gateway.Routing;

/// <summary>Where calls of the mesh to one app go.</summary>
/// <param name="Name">The app's qualified name.</param>
/// <param name="Attached">The routes that are attached to the app; they win over those of the mesh.</param>
/// <param name="Direct">Where what no route matches goes.</param>
internal sealed record AppRoutes(string Name, RouteTable Attached, RouteRule Direct);
