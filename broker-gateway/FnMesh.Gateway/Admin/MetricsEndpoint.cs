using FnMesh.Gateway.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>GET /metrics</c>, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, MetricsText metrics) => routes.MapGet("/metrics", context =>
    {
        context.Response.ContentType = MetricsText.ContentType;
        return context.Response.WriteAsync(metrics.Render(), context.RequestAborted);
    });
}
