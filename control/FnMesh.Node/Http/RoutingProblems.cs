using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>Says in a problem what ASP.NET Core says by the status alone: that a path is not there, takes another method, or speaks another protocol.</summary>
public static class RoutingProblems
{
    /// <summary>To be used before what routes.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="speaks">What the paths that are there speak, for a request that does not.</param>
    public static void UseRoutingProblems(this IApplicationBuilder app, string speaks = "JSON over HTTP") => app.Use(next => async http =>
    {
        await next(http);
        if (http.Response is not { HasStarted: false, StatusCode: >= 400 and < 500, ContentType: null, ContentLength: null }) return;
        var (request, response) = (http.Request, http.Response);
        var (title, detail) = response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ("Not found", $"there is no {request.Method} {request.Path}"),
            StatusCodes.Status405MethodNotAllowed => ("Method not allowed", $"there is no {request.Method} {request.Path}; the path takes {response.Headers.Allow}"),
            _ => ("The request does not fit", $"{request.Path} speaks {speaks}"),
        };
        response.Headers.CacheControl = "no-store";
        await ProblemJson.WriteAsync(response, response.StatusCode, title, detail);
    });
}
