using FnMesh.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Admin;

/// <summary><c>GET /api/v1/resources[/{kind}[/{name}]]</c>: the live policy as it was written.</summary>
internal static class ResourceEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Func<PolicyCompilation?> policy) =>
        routes.MapGet("/api/v1/resources/{kind?}/{name?}", context => AnswerAsync(context, policy()));

    private static async Task AnswerAsync(HttpContext context, PolicyCompilation? policy)
    {
        var (typed, name) = ((string?)context.Request.RouteValues["kind"], (string?)context.Request.RouteValues["name"]);
        var kind = typed is null ? null : KindNames.Find(typed);
        if (typed is not null && kind is null)
        {
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "No such kind", $"The kinds are {KindNames.All}.");
            return;
        }

        var found = (policy?.Resources ?? [])
            .Where(resource => (kind is null || resource.Kind == kind) && (name is null || resource.Name == name))
            .Select(ResourceAnswer.Of).ToList();
        if (name is null)
            await context.Response.WriteAsJsonAsync(new ResourceList(found), ControlJson.Default.ResourceList, cancellationToken: context.RequestAborted);
        else if (found.Count > 0)
            await context.Response.WriteAsJsonAsync(found[0], ControlJson.Default.ResourceAnswer, cancellationToken: context.RequestAborted);
        else
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "No such resource", $"The live policy has no {kind} of that name.");
    }
}
