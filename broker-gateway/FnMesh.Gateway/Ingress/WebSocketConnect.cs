using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FnMesh.Gateway.Ingress;

/// <summary>A WebSocket over HTTP/2 (RFC 8441): CONNECT with <c>:protocol</c>, which asks for what GET with Upgrade asks for over HTTP/1.1, and is matched, authorized and carried on as that.</summary>
internal static class WebSocketConnect
{
    private const string Protocol = "websocket";

    /// <summary>What policies see of it, and functions get.</summary>
    public const string Method = "GET";

    public static bool Is(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method)
        && context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: { } protocol } && protocol.Equals(Protocol, StringComparison.OrdinalIgnoreCase);
}
