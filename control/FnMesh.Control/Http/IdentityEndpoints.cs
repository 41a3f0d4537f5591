using FnMesh.Control.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Http;

/// <summary><c>GET /api/v1/identity</c>: whom the mesh trusts. <c>POST /api/v1/identity/rotate[?authority=true]</c>: new SVIDs for all, by a new authority if that is asked for.</summary>
internal static class IdentityEndpoints
{
    /// <summary>For each step. A node that is silent is waited for until its lease ends, so it is longer than that.</summary>
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(15);

    public static void MapIdentity(this IEndpointRouteBuilder routes, ControlPlane plane)
    {
        routes.MapGet("/api/v1/identity", context => AnswerAsync(context, plane));
        routes.MapPost("/api/v1/identity/rotate", context => RotateAsync(context, plane));
    }

    private static async Task RotateAsync(HttpContext context, ControlPlane plane)
    {
        // A page may send this without asking first; no page is to change the mesh.
        if (context.Request.Headers.Origin.Count > 0 || context.Request.Headers.ContainsKey("Sec-Fetch-Site"))
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status403Forbidden, "Denied", "the request comes from a web page; use 'fnmesh identity rotate'");
            return;
        }

        var authority = context.Request.Query["authority"].ToString();
        if (authority is not ("" or "true" or "false"))
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "Malformed", $"authority is '{authority}'; it is true or false");
            return;
        }

        RotationOutcome outcome;
        try
        {
            outcome = authority == "true" ? await plane.RotateAuthorityAsync(StepTimeout, context.RequestAborted) : await plane.RotateSvidsAsync(StepTimeout, context.RequestAborted);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await ControlApi.WriteProblemAsync(
                context, StatusCodes.Status507InsufficientStorage, "Not stored", $"the authority could not be kept in {plane.Directory}: {failure.Message}; make room there and rotate again");
            return;
        }

        if (outcome.IsWhole)
        {
            await AnswerAsync(context, plane);
            return;
        }

        var rest = authority == "true" ? "; the old authority stays trusted, and rotating again goes on from here" : "";
        await ControlApi.WriteProblemAsync(
            context, StatusCodes.Status504GatewayTimeout, "Nodes do not follow", $"{string.Join(", ", outcome.Laggards)} did not {outcome.Step} within {StepTimeout.TotalSeconds:0} s; see 'fnmesh nodes'{rest}");
    }

    private static Task AnswerAsync(HttpContext context, ControlPlane plane)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(IdentityAnswer.Of(plane.Authority), ControlJson.Default.IdentityAnswer, cancellationToken: context.RequestAborted);
    }
}
