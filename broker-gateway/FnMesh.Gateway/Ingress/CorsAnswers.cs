using FnMesh.Gateway.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FnMesh.Gateway.Ingress;

/// <summary>What the edge tells browsers of who may read its answers. Where it has a word on that, functions have none.</summary>
internal sealed class CorsAnswers(EdgeCors cors, Instruments instruments)
{
    /// <summary>Ten minutes: how long a browser may go by what a preflight was answered.</summary>
    private const string MaxAge = "600";

    private static readonly string[] Own =
    [
        HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlAllowMethods, HeaderNames.AccessControlAllowHeaders, HeaderNames.AccessControlMaxAge,
    ];

    /// <summary>Whether a browser asks if it may send a request, which no function answers.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Answers a preflight: an origin that is not allowed gets nothing that a browser could go by.</summary>
    public void Answer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.StatusCode = StatusCodes.Status204NoContent;
        Write(request, response.Headers);
        response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AccessControlRequestMethod, HeaderNames.AccessControlRequestHeaders);
        var isAllowed = response.Headers.AccessControlAllowOrigin.Count > 0;
        instruments.Preflight(isAllowed);
        if (!isAllowed) return;
        // With credentials '*' would stand for a method of that name.
        response.Headers.AccessControlAllowMethods = Tokens(request.Headers.AccessControlRequestMethod);
        response.Headers.AccessControlAllowHeaders = Tokens(request.Headers.AccessControlRequestHeaders);
        response.Headers.AccessControlMaxAge = MaxAge;
    }

    /// <summary>Gives whatever answers a request the edge's word, in place of a function's own, at the moment that the answer begins.</summary>
    public void Accompany(HttpContext context) => context.Response.OnStarting(
        static state =>
        {
            var (answers, context) = ((CorsAnswers, HttpContext))state;
            foreach (var name in Own) context.Response.Headers.Remove(name);
            answers.Write(context.Request, context.Response.Headers);
            return Task.CompletedTask;
        },
        (this, context));

    private void Write(HttpRequest request, IHeaderDictionary headers)
    {
        if (cors.Varies && !headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
            headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.Origin);
        if (request.Headers.Origin is not [{ } origin] || cors.Allowed(origin) is not { } allowed)
        {
            headers.Remove(HeaderNames.AccessControlExposeHeaders);
            return;
        }

        headers.AccessControlAllowOrigin = allowed;
        if (cors.AllowsCredentials) headers.AccessControlAllowCredentials = "true";
    }

    /// <summary>The names in a header of the request; nothing of what is no name is sent back.</summary>
    private static StringValues Tokens(StringValues values)
    {
        var names = values.SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Where(static name => HeaderHygiene.IsToken(name));
        return string.Join(", ", names) is { Length: > 0 } all ? all : StringValues.Empty;
    }
}
