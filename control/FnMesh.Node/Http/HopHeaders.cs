using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FnMesh.Node.Http;

/// <summary>Headers that end at the next hop because the sender says so: what Connection names (RFC 9110, 7.6.1), and Trailer where trailers do not pass (RFC 9110, 6.6.2).</summary>
public static class HopHeaders
{
    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The names of headers in a Connection header; what it says of the connection itself is not among them.</summary>
    public static IEnumerable<string> Nominated(StringValues connection) =>
        connection.SelectMany(static line => Options(line ?? "")).Where(static option => option.ToLowerInvariant() is not ("close" or "keep-alive" or "upgrade"));

    /// <summary>Takes away from an answer what ends here. Headers that describe the body pass with it, whoever names them.</summary>
    /// <param name="to">The answer, whose headers were copied.</param>
    /// <param name="from">The function's.</param>
    /// <param name="forbidden">Which headers and trailers of a function pass in no case; null for all may.</param>
    public static void End(HttpResponse to, HttpResponseMessage from, Func<string, bool>? forbidden)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(from);
        var (headers, given) = (to.Headers, from.Headers.NonValidated);
        if (given.TryGetValues(HeaderNames.Connection, out var connection))
        {
            foreach (var name in Nominated(connection.ToArray()))
            {
                if (given.Contains(name)) headers.Remove(name);
            }
        }

        if (forbidden is not null)
        {
            foreach (var (name, _) in given)
            {
                if (forbidden(name)) headers.Remove(name);
            }
        }

        if (headers.Trailer.Count == 0) return;
        // The server writes trailers over HTTP/2 alone.
        var announced = HttpProtocol.IsHttp2(to.HttpContext.Request.Protocol) ? headers.Trailer.SelectMany(static line => Options(line ?? "")).Where(name => forbidden?.Invoke(name) != true) : [];
        headers.Trailer = string.Join(", ", announced) is { Length: > 0 } names ? names : StringValues.Empty;
    }

    /// <summary>Takes away the trailers of an answer that pass in no case.</summary>
    public static void EndTrailers(IHeaderDictionary to, HttpResponseMessage from, Func<string, bool> forbidden)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(forbidden);
        foreach (var (name, _) in from.TrailingHeaders.NonValidated)
        {
            if (forbidden(name)) to.Remove(name);
        }
    }

    /// <summary>The tokens of a list; what is no token is left out.</summary>
    internal static IEnumerable<string> Options(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(static option => option.AsSpan().IndexOfAnyExcept(Token) < 0);
}
