using System.Collections.Frozen;

namespace FnMesh.Gateway.Routing;

/// <summary>The routes that a namespace has for what its own members call (GAMMA, consumer routes).</summary>
/// <param name="Mesh">For whatever they call.</param>
/// <param name="Apps">For what they call of one app of another namespace; by its qualified name. They win over what that namespace says.</param>
internal sealed record ConsumerRoutes(RouteTable Mesh, FrozenDictionary<string, RouteTable> Apps);
