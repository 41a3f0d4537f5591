using System.Collections.Immutable;
using FnMesh.Control.Nodes;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Http;

/// <summary><c>GET /api/v1/nodes</c>: every node that is connected or whose lease has not ended; with <c>?namespace=</c> those of its apps.</summary>
internal static class NodesEndpoint
{
    public static void MapNodes(this IEndpointRouteBuilder routes, Func<ImmutableArray<NodeView>> nodes) => routes.MapGet("/api/v1/nodes", context =>
    {
        context.Response.Headers.CacheControl = "no-store";
        var ns = context.Request.Query["namespace"].ToString();
        return context.Response.WriteAsJsonAsync(new NodeListAnswer(ns.Length == 0 ? nodes() : [.. nodes().Where(node => IsIn(node, ns))]), ControlJson.Default.NodeListAnswer, cancellationToken: context.RequestAborted);
    });

    private static bool IsIn(NodeView node, string ns) => SpiffeId.TryParse(node.Identity, out var id, out _) && id.TryReadApp(out var own, out _) && own == ns;
}
