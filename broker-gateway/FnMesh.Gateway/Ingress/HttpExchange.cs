using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>A request as Kestrel parsed it.</summary>
internal sealed class HttpExchange(HttpContext context) : Exchange
{
    public override string? Header(string name) => context.Request.Headers.TryGetValue(name, out var values) ? values.Count == 1 ? values[0] : string.Join(", ", values.ToArray()) : null;

    public override (string Scheme, int Port) Listener => (context.Request.Scheme, context.Connection.LocalPort);

    public override bool TryBound(long bytes)
    {
        if (context.Request.ContentLength > bytes) return false;
        // The server counts what frames chunks too. What an upgraded connection carries is no body.
        if (context.Request.Body is ReplayStream body) body.Most = bytes;
        return true;
    }

    public override void Share(CorsRules rules) => new CorsAnswers(rules).Accompany(context);
}
