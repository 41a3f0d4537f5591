using FnMesh.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FnMesh.Gateway.Ingress;

/// <summary>What browsers are told of who may read an answer. Where the gateway has a word on that, functions have none.</summary>
internal sealed class CorsAnswers(CorsRules cors)
{
    private static readonly string[] Own =
    [
        HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlAllowMethods, HeaderNames.AccessControlAllowHeaders, HeaderNames.AccessControlMaxAge,
    ];

    /// <summary>Whether a browser asks if it may send a request, which no function answers.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Answers a preflight: an origin that is not allowed gets nothing that a browser could go by.</summary>
    /// <returns>Whether the origin may call.</returns>
    public static bool Answer(HttpContext context, CorsRules cors)
    {
        var (request, response) = (context.Request, context.Response);
        response.StatusCode = StatusCodes.Status204NoContent;
        Write(cors, request, response.Headers);
        response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AccessControlRequestMethod, HeaderNames.AccessControlRequestHeaders);
        if (response.Headers.AccessControlAllowOrigin.Count == 0) return false;
        // With credentials '*' would stand for a method of that name.
        Set(response.Headers, HeaderNames.AccessControlAllowMethods, cors.Methods ?? Tokens(request.Headers.AccessControlRequestMethod));
        Set(response.Headers, HeaderNames.AccessControlAllowHeaders, cors.Headers ?? Tokens(request.Headers.AccessControlRequestHeaders));
        response.Headers.AccessControlMaxAge = cors.MaxAge;
        return true;
    }

    /// <summary>Gives whatever answers a request the edge's word, in place of a function's own, at the moment that the answer begins.</summary>
    public void Accompany(HttpContext context) => context.Response.OnStarting(
        static state =>
        {
            var (answers, context) = ((CorsAnswers, HttpContext))state;
            foreach (var name in Own) context.Response.Headers.Remove(name);
            Write(answers.Rules, context.Request, context.Response.Headers);
            return Task.CompletedTask;
        },
        (this, context));

    private CorsRules Rules => cors;

    private static void Write(CorsRules cors, HttpRequest request, IHeaderDictionary headers)
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
        if (cors.Exposed is { } exposed) Set(headers, HeaderNames.AccessControlExposeHeaders, exposed);
    }

    private static void Set(IHeaderDictionary headers, string name, StringValues value)
    {
        if (StringValues.IsNullOrEmpty(value)) headers.Remove(name);
        else headers[name] = value;
    }

    /// <summary>The names in a header of the request; nothing of what is no name is sent back.</summary>
    private static StringValues Tokens(StringValues values)
    {
        var names = values.SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Where(static name => HeaderHygiene.IsToken(name));
        return string.Join(", ", names) is { Length: > 0 } all ? all : StringValues.Empty;
    }
}
