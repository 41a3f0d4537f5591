using FnMesh.Control.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control;

/// <summary>The admin API's part that control itself answers: the mesh, its resources and its health.</summary>
public static class ControlApi
{
    /// <summary>Refuses requests whose Host is not loopback; belongs before everything else.</summary>
    public static IApplicationBuilder UseLoopbackHosts(this IApplicationBuilder app) => app.Use(LoopbackHosts.FilterAsync);

    /// <summary>Maps <c>/api/v1/mesh</c>, <c>/api/v1/resources…</c> and <c>/health/…</c>.</summary>
    public static void MapControl(this IEndpointRouteBuilder routes, ControlState state)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(state);
        routes.MapGet("/api/v1/mesh", context => AnswerMeshAsync(context, state));
        ResourceEndpoints.Map(routes, state.Policy);
        routes.MapGet("/health/live", context => AnswerHealthAsync(context, true));
        routes.MapGet("/health/ready", context => AnswerHealthAsync(context, state.IsReady()));
    }

    private static Task AnswerMeshAsync(HttpContext context, ControlState state) =>
        state.Policy()?.Snapshot is { } policy && state.Addresses() is { } addresses
            ? context.Response.WriteAsJsonAsync(
                new MeshAnswer(policy.Mesh, Text(addresses.Gateway), Text(addresses.Control), policy.Hash),
                ControlJson.Default.MeshAnswer,
                cancellationToken: context.RequestAborted)
            : ProblemAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready", "The mesh is starting; try again in a moment.");

    private static Task AnswerHealthAsync(HttpContext context, bool healthy)
    {
        context.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(healthy ? "ok\n" : "starting\n", context.RequestAborted);
    }

    private static string Text(Uri address) => address.ToString().TrimEnd('/');
}
