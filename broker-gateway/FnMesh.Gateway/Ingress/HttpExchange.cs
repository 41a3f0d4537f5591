using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FnMesh.Gateway.Ingress;

/// <summary>A request as Kestrel parsed it.</summary>
internal sealed class HttpExchange(HttpContext context) : Exchange
{
    public override string? Header(string name) => context.Request.Headers.TryGetValue(name, out var values) ? values.Count == 1 ? values[0] : string.Join(", ", values.ToArray()) : null;

    public override (string Scheme, int Port) Listener => (context.Request.Scheme, context.Connection.LocalPort);

    public override bool TryBound(long bytes)
    {
        if (context.Request.ContentLength > bytes) return false;
        // What an upgraded connection carries is no body.
        if (!WebSocketConnect.Is(context) && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = bytes;
        return true;
    }

    public override void Share(CorsRules rules) => new CorsAnswers(rules).Accompany(context);
}
