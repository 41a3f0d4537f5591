using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace FnMesh.Gateway.Ingress;

/// <summary>Which requests may pause as long as they like: streams of messages, which the route's time ends, and pings of the connection when the peer is gone.</summary>
internal static class StreamPatience
{
    /// <summary>Lifts the least rate at which a body must come (<see cref="ServerLimits"/>), which would cut a stream between two messages.</summary>
    public static void Grant(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }
}
