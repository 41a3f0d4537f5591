using System.Collections.Frozen;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Routing;

/// <summary>The routes that a namespace has for what its own members call (GAMMA, consumer routes).</summary>
/// <param name="Mesh">For whatever they call.</param>
/// <param name="Apps">For what they call of one app of another namespace; by its qualified name.</param>
internal sealed record ConsumerRoutes(RouteTable Mesh, FrozenDictionary<string, RouteTable> Apps)
{
    /// <summary>The rule for a call to an app, which wins over what the app's own namespace says; null for none.</summary>
    public RouteRule? Find(AppRoutes app, Envelope envelope) => Apps.TryGetValue(app.Name, out var routes) ? routes.Find(envelope) : null;
}
