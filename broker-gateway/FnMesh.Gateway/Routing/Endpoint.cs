using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Webhooks;

namespace FnMesh.Gateway.Routing;

/// <summary>An address that answers for a backend.</summary>
/// <param name="Base">Absolute, http or https.</param>
/// <param name="State">What is known of it; one for each address.</param>
/// <param name="Client">What reaches it and makes sure who it is; null for an address that proves nothing.</param>
/// <param name="IsNear">It runs in the gateway's own zone.</param>
/// <param name="Webhook">What holds for an address outside the mesh; null for one in it.</param>
internal sealed record Endpoint(Uri Base, EndpointState State, HttpMessageInvoker? Client = null, bool IsNear = false, Webhook? Webhook = null)
{
    /// <summary>The base address without a trailing slash, ready to have a path appended.</summary>
    public string Prefix { get; } = Base.AbsoluteUri.TrimEnd('/');
}
