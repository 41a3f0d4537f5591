using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace FnMesh.Gateway.Events;

/// <summary>The syntax of RFC 3986, without making a URI of it: what is compared and forwarded are the characters as they came.</summary>
internal static class UriSyntax
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private const string SubDelims = "!$&'()*+,;=";

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static readonly SearchValues<char> RegisteredName = SearchValues.Create(Unreserved + SubDelims + "%");
    private static readonly SearchValues<char> UserInformation = SearchValues.Create(Unreserved + SubDelims + "%:");
    private static readonly SearchValues<char> FutureAddress = SearchValues.Create(Unreserved + SubDelims + ":");
    private static readonly SearchValues<char> Path = SearchValues.Create(Unreserved + SubDelims + "%:@/");
    private static readonly SearchValues<char> QueryOrFragment = SearchValues.Create(Unreserved + SubDelims + "%:@/?");

    /// <summary>A <c>URI-reference</c> (4.1), which may be relative and may be empty.</summary>
    public static bool IsReference(ReadOnlySpan<char> text)
    {
        var scheme = SchemeLength(text);
        return scheme >= 0 && IsAfterScheme(scheme == 0 ? text : text[(scheme + 1)..]);
    }

    /// <summary>A <c>URI</c> (3): it has a scheme. A fragment is let through, although 4.3 has none: it points into a schema.</summary>
    public static bool IsAbsolute(ReadOnlySpan<char> text)
    {
        var scheme = SchemeLength(text);
        return scheme > 0 && IsAfterScheme(text[(scheme + 1)..]);
    }

    /// <summary>0 when there is no scheme; -1 when the text has a colon where only a scheme may end, and no scheme before it.</summary>
    private static int SchemeLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(":/?#");
        if (end < 0 || text[end] != ':') return 0;
        return end > 0 && char.IsAsciiLetter(text[0]) && !text[..end].ContainsAnyExcept(SchemeCharacters) ? end : -1;
    }

    private static bool IsAfterScheme(ReadOnlySpan<char> text)
    {
        if (!ArePercentsEncoded(text)) return false;
        if (text.IndexOf('#') is >= 0 and var fragment)
        {
            if (text[(fragment + 1)..].ContainsAnyExcept(QueryOrFragment)) return false;
            text = text[..fragment];
        }

        if (text.IndexOf('?') is >= 0 and var query)
        {
            if (text[(query + 1)..].ContainsAnyExcept(QueryOrFragment)) return false;
            text = text[..query];
        }

        if (text.StartsWith("//", StringComparison.Ordinal))
        {
            text = text[2..];
            var path = text.IndexOf('/');
            if (!IsAuthority(path < 0 ? text : text[..path])) return false;
            text = path < 0 ? [] : text[path..];
        }

        return !text.ContainsAnyExcept(Path);
    }

    private static bool IsAuthority(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('@') is >= 0 and var at)
        {
            if (text[..at].ContainsAnyExcept(UserInformation)) return false;
            text = text[(at + 1)..];
        }

        if (text.StartsWith('['))
        {
            var close = text.IndexOf(']');
            return close > 0 && IsAddress(text[1..close]) && (close + 1 == text.Length || IsPort(text[(close + 1)..]));
        }

        var port = text.IndexOf(':');
        return !(port < 0 ? text : text[..port]).ContainsAnyExcept(RegisteredName) && (port < 0 || IsPort(text[port..]));
    }

    private static bool IsPort(ReadOnlySpan<char> text) => text[0] == ':' && !text[1..].ContainsAnyExceptInRange('0', '9');

    private static bool IsAddress(ReadOnlySpan<char> text)
    {
        if (text.StartsWith('v') || text.StartsWith('V'))
        {
            var dot = text.IndexOf('.');
            return dot > 1 && dot + 1 < text.Length && AreHexadecimal(text[1..dot]) && !text[(dot + 1)..].ContainsAnyExcept(FutureAddress);
        }

        return !text.Contains('%') && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    private static bool ArePercentsEncoded(ReadOnlySpan<char> text)
    {
        for (var percent = text.IndexOf('%'); percent >= 0; percent = text.IndexOf('%'))
        {
            if (text.Length < percent + 3 || !AreHexadecimal(text.Slice(percent + 1, 2))) return false;
            text = text[(percent + 3)..];
        }

        return true;
    }

    private static bool AreHexadecimal(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }

        return true;
    }
}
