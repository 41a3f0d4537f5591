using System.Collections.Immutable;
using FnMesh.Control.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Http;

/// <summary><c>GET /api/v1/nodes</c>: every node that is connected or whose lease has not ended.</summary>
internal static class NodesEndpoint
{
    public static void MapNodes(this IEndpointRouteBuilder routes, Func<ImmutableArray<NodeView>> nodes) => routes.MapGet("/api/v1/nodes", context =>
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new NodeListAnswer(nodes()), ControlJson.Default.NodeListAnswer, cancellationToken: context.RequestAborted);
    });
}
