using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>A request as Kestrel parsed it.</summary>
internal sealed class HttpExchange(HttpContext context) : Exchange
{
    public override string? Header(string name) => context.Request.Headers.TryGetValue(name, out var values) ? values.Count == 1 ? values[0] : string.Join(", ", values.ToArray()) : null;

    public override (string Scheme, int Port) Listener => (context.Request.Scheme, context.Connection.LocalPort);

    public override void Share(CorsRules rules) => new CorsAnswers(rules).Accompany(context);
}
