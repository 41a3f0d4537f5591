using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Http;

/// <summary><c>GET /api/v1/functions</c>: every function and how it is run.</summary>
internal static class FunctionsEndpoint
{
    /// <param name="routes">Where to map.</param>
    /// <param name="functions">Null until the first policy is live.</param>
    public static void MapFunctions(this IEndpointRouteBuilder routes, Func<FunctionListAnswer?> functions) => routes.MapGet("/api/v1/functions", context =>
    {
        if (functions() is not { } list) return ControlApi.WriteNotReadyAsync(context);
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(list, ControlJson.Default.FunctionListAnswer, cancellationToken: context.RequestAborted);
    });
}
