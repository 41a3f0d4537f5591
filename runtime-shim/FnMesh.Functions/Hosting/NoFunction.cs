using FnMesh.Policy;
using FnMesh.Policy.Declarations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace FnMesh.Functions.Hosting;

/// <summary>What the app answers for a path or a method that no function of it has: a problem, where ASP.NET Core answers nothing but the status.</summary>
internal static class NoFunction
{
    /// <summary>To be used before what routes.</summary>
    public static void UseNoFunction(this IApplicationBuilder app) => app.Use(static next => async http =>
    {
        await next(http);
        if (!IsBare(http)) return;
        var methods = http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed ? http.Response.Headers.Allow : StringValues.Empty;
        var app = http.RequestServices.GetService<MeshMembership>()?.App is { Length: > 0 } name ? $"the app '{name}'" : "this app";
        var near = methods.Count > 0 ? $"; the path takes {methods}" : Nearest(http) is { } template ? $"; the nearest is '{template}'" : "";
        var detail = $"no function of {app} has {http.Request.Method} {http.Request.Path}{near}";
        await Results.Problem(detail, title: "NoFunction", statusCode: http.Response.StatusCode).ExecuteAsync(http);
    });

    /// <summary>The template that comes nearest to a path: by spelling, where parameters take what stands in their place, or else by its beginning.</summary>
    private static string? Nearest(HttpContext http)
    {
        var templates = (http.RequestServices.GetService<EndpointDataSource>()?.Endpoints ?? []).OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText ?? "")
            .Where(text => text.Length > 1 && !FunctionPath.IsReserved(text)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var asked = http.Request.Path.Value!.Split('/');
        if (NearestName.Among(http.Request.Path.Value, templates.Select(template => Filled(template, asked))) is { } near) return Array.Find(templates, template => Filled(template, asked) == near);
        return Array.Find(templates, template => asked.Length > 1 && asked[1].Length > 0 && template.Split('/')[1].Equals(asked[1], StringComparison.OrdinalIgnoreCase));
    }

    private static string Filled(string template, string[] asked) =>
        string.Join('/', template.Split('/').Select((segment, at) => segment.Contains('{', StringComparison.Ordinal) && at < asked.Length ? asked[at] : segment));

    /// <summary>Whether nothing was there to answer, and nobody else wrote something.</summary>
    private static bool IsBare(HttpContext http) =>
        http.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null, ContentLength: null }
        && http.GetEndpoint() is not RouteEndpoint;
}
