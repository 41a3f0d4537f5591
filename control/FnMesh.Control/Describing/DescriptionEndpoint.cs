using FnMesh.Control.Http;
using FnMesh.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Describing;

/// <summary><c>GET /api/v1/resources/{kind}/{name}/description</c>.</summary>
internal static class DescriptionEndpoint
{
    /// <param name="routes">Where to map.</param>
    /// <param name="mesh">The mesh at the moment of a request; null until the first policy is live.</param>
    public static void MapDescriptions(this IEndpointRouteBuilder routes, Func<DescribedMesh?> mesh) => routes.MapGet("/api/v1/resources/{kind}/{name}/description", context =>
    {
        var written = (string)context.Request.RouteValues["kind"]!;
        var name = QualifiedName.Read((string)context.Request.RouteValues["name"]!);
        if (mesh() is not { } now) return ControlApi.WriteNotReadyAsync(context);
        if (ResourceKinds.Find(written) is not { } kind) return ControlApi.WriteUnknownKindAsync(context, written);
        return now.Policy.Resources.FirstOrDefault(resource => resource.Kind == kind && resource.QualifiedName == name) is { } found
            ? ControlApi.WriteAsync(context, StatusCodes.Status200OK, Description.Of(now, found), DescriptionJson.Default.DescriptionAnswer)
            : ControlApi.WriteNoResourceAsync(context, now.Policy.Resources, kind, name);
    });
}
