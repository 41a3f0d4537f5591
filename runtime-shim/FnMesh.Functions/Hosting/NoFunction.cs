using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
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
        var detail = $"no function of this app has {http.Request.Method} {http.Request.Path}{(methods.Count == 0 ? "" : $"; the path takes {methods}")}";
        await Results.Problem(detail, title: "NoFunction", statusCode: http.Response.StatusCode).ExecuteAsync(http);
    });

    /// <summary>Whether nothing was there to answer, and nobody else wrote something.</summary>
    private static bool IsBare(HttpContext http) =>
        http.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null, ContentLength: null }
        && http.GetEndpoint() is not RouteEndpoint;
}
