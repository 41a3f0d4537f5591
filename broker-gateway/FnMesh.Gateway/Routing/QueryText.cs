using System.Text.RegularExpressions;

namespace FnMesh.Gateway.Routing;

/// <summary>Looks for parameters in a query as received (WHATWG URL, 5.1). What is not encoded is compared where it stands.</summary>
internal static class QueryText
{
    /// <summary>Whether the first parameter of a name has a value, or fits a pattern.</summary>
    /// <param name="query">Without the question mark.</param>
    /// <param name="name">Decoded.</param>
    /// <param name="value">Decoded; not looked at beside a pattern.</param>
    /// <param name="pattern">Null to compare with <paramref name="value"/>.</param>
    public static bool Holds(ReadOnlySpan<char> query, string name, string value, Regex? pattern)
    {
        while (!query.IsEmpty)
        {
            var end = query.IndexOf('&');
            var pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            var equals = pair.IndexOf('=');
            if (!Is(equals < 0 ? pair : pair[..equals], name)) continue;
            var found = equals < 0 ? default : pair[(equals + 1)..];
            if (pattern is null) return Is(found, value);
            return IsEncoded(found) ? pattern.IsMatch(Decode(found)) : pattern.IsMatch(found);
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<char> written, string decoded) => IsEncoded(written) ? Decode(written) == decoded : written.SequenceEqual(decoded);

    private static bool IsEncoded(ReadOnlySpan<char> written) => written.IndexOfAny('%', '+') >= 0;

    private static string Decode(ReadOnlySpan<char> written) => Uri.UnescapeDataString(written.ToString().Replace('+', ' '));
}
