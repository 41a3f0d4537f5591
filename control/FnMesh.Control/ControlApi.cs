using System.Text.Json.Serialization.Metadata;

using FnMesh.Control.Http;
using FnMesh.Node.Http;
using FnMesh.Policy;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control;

/// <summary>The control service's own part of the HTTP API: the mesh, its resources, its health.</summary>
public static class ControlApi
{
    /// <summary>Refuses every request whose Host is not a loopback name or address, so that no web page can reach the API by rebinding a name of its own.</summary>
    public static void UseLoopbackHosts(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (LoopbackHost.Allows(context.Request.Host))
            await next(context);
        else
            await WriteProblemAsync(context, StatusCodes.Status403Forbidden, "Host not allowed", $"the Host header says '{context.Request.Host}', and only loopback names and addresses are served; use 127.0.0.1");
    });

    /// <summary>
    /// Refuses what would change something when a browser says that another site's page asks. Pages need no permission to send such a request, and would
    /// do it with the rights of whoever looks at them.
    /// </summary>
    public static void UseOwnOrigins(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (OwnOrigin.Allows(context.Request))
            await next(context);
        else
            await WriteProblemAsync(context, StatusCodes.Status403Forbidden, "Origin not allowed", "a page of another site may not change anything here; use the fnmesh commands");
    });

    /// <param name="routes">Where to map.</param>
    /// <param name="state">The state at the moment of a request; null until the first policy is live.</param>
    public static void MapControl(this IEndpointRouteBuilder routes, Func<MeshState?> state)
    {
        routes.MapGet("/health/live", context => WriteAsync(context, StatusCodes.Status200OK, new HealthAnswer("live"), ControlJson.Default.HealthAnswer));
        routes.MapGet("/health/ready", context => state() is { Ready: true }
            ? WriteAsync(context, StatusCodes.Status200OK, new HealthAnswer("ready"), ControlJson.Default.HealthAnswer)
            : WriteNotReadyAsync(context));
        routes.MapGet("/api/v1/mesh", context => state() is { } mesh
            ? WriteAsync(context, StatusCodes.Status200OK, MeshAnswer.Of(mesh), ControlJson.Default.MeshAnswer)
            : WriteNotReadyAsync(context));
        routes.MapGet("/api/v1/resources/{kind?}", context => ListAsync(context, state));
        routes.MapGet("/api/v1/resources/{kind}/{name}", context => ShowAsync(context, state));
    }

    private static Task ListAsync(HttpContext context, Func<MeshState?> state)
    {
        if (state() is not { } mesh)
            return WriteNotReadyAsync(context);
        var kind = (string?)context.Request.RouteValues["kind"];
        if (kind is not null && ResourceKinds.Find(kind) is null)
            return WriteUnknownKindAsync(context, kind);
        var ns = context.Request.Query["namespace"].ToString();
        var answer = ResourceListAnswer.Of(mesh.Resources, kind is null ? null : ResourceKinds.Find(kind), ns.Length == 0 ? null : ns);
        return WriteAsync(context, StatusCodes.Status200OK, answer, ControlJson.Default.ResourceListAnswer);
    }

    private static Task ShowAsync(HttpContext context, Func<MeshState?> state)
    {
        if (state() is not { } mesh)
            return WriteNotReadyAsync(context);
        var written = (string)context.Request.RouteValues["kind"]!;
        var name = QualifiedName.Read((string)context.Request.RouteValues["name"]!);
        if (ResourceKinds.Find(written) is not { } kind)
            return WriteUnknownKindAsync(context, written);
        var found = mesh.Resources.FirstOrDefault(resource => resource.Kind == kind && resource.QualifiedName == name);
        return found is null
            ? WriteNoResourceAsync(context, mesh.Resources, kind, name)
            : WriteAsync(context, StatusCodes.Status200OK, ResourceAnswer.Of(found), ControlJson.Default.ResourceAnswer);
    }

    internal static Task WriteUnknownKindAsync(HttpContext context, string kind) =>
        WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such kind", ResourceKinds.Unknown(kind));

    internal static Task WriteNoResourceAsync(HttpContext context, IEnumerable<Resource> resources, string kind, string name) => WriteProblemAsync(
        context,
        StatusCodes.Status404NotFound,
        "No such resource",
        $"there is no {kind} named '{name}'{NearestName.Hint(name, resources.Where(resource => resource.Kind == kind).Select(resource => resource.QualifiedName))}");

    internal static Task WriteNotReadyAsync(HttpContext context) =>
        WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready", "the mesh is still starting");

    internal static Task WriteProblemAsync(HttpContext context, int status, string title, string detail) =>
        WriteAsync(context, status, new ProblemAnswer(title, status, detail), ControlJson.Default.ProblemAnswer, "application/problem+json");

    internal static Task WriteAsync<T>(HttpContext context, int status, T answer, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, type, contentType, context.RequestAborted);
    }
}
