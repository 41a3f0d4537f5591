using System.Buffers;
using System.Globalization;

namespace FnMesh.Gateway.Ingress;

/// <summary>
/// Splits a request target into host, path and query, and refuses every form that two parsers could read differently: what is matched and
/// authorized must be what the function sees. <c>%2F</c>, <c>//</c> and <c>;</c> stay as they are.
/// </summary>
internal readonly record struct RequestTarget(ReadOnlyMemory<char> PathAndQuery, int PathLength, string? Fault)
{
    // RFC 3986, 3.3 and 3.4: pchar, "/" and "?", without "%", which is looked at by itself.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?[]|{}^`\"<>");

    /// <param name="raw">The target as received (RFC 9112, 3.2).</param>
    /// <param name="host">The Host header, with which an absolute form must agree.</param>
    public static RequestTarget Parse(string raw, string host)
    {
        var target = raw.AsMemory();
        if (!raw.StartsWith('/'))
        {
            var scheme = raw.IndexOf("://", StringComparison.Ordinal);
            if (scheme is not (4 or 5) || !(raw.StartsWith("http", StringComparison.OrdinalIgnoreCase)))
                return Refused("the request target must begin with '/'");
            var authority = scheme + 3;
            var path = raw.AsSpan(authority).IndexOfAny('/', '?');
            var end = path < 0 ? raw.Length : authority + path;
            if (!raw.AsSpan(authority, end - authority).Equals(host, StringComparison.OrdinalIgnoreCase))
                return Refused("the host of the request target is not the Host header's");
            if (path < 0 || raw[end] != '/') return Refused("the request target has no path");
            target = raw.AsMemory(end);
        }

        var query = target.Span.IndexOf('?');
        var length = query < 0 ? target.Length : query;
        return (PathFault(target.Span[..length]) ?? QueryFault(target.Span[length..])) is { } fault ? Refused(fault) : new(target, length, null);
    }

    private static string? PathFault(ReadOnlySpan<char> path)
    {
        var rest = path;
        while (rest.IndexOfAnyExcept(Plain) is >= 0 and var at)
        {
            if (rest[at] != '%') return $"the path has {Name(rest[at])}, which must be percent-encoded or left out";
            if (EscapeFault(rest[at..]) is { } fault) return fault;
            rest = rest[(at + 3)..];
        }

        foreach (var segment in path.Split('/'))
        {
            var within = path[segment];
            // To who decodes before splitting, an encoded slash ends a segment as a plain one does.
            while (within.IndexOf("%2F", StringComparison.OrdinalIgnoreCase) is >= 0 and var slash)
            {
                if (DotFault(within[..slash]) is { } fault) return fault;
                within = within[(slash + 3)..];
            }

            if (DotFault(within) is { } last) return last;
        }

        return Utf8Fault(path) ?? HiddenFault(path);
    }

    /// <summary>Who decodes twice must not find what was not there.</summary>
    private static string? HiddenFault(ReadOnlySpan<char> path)
    {
        if (path.IndexOf("%25") < 0) return null;
        var text = EscapedText.Decode(path.ToString());
        for (var depth = 1; text.Contains('%', StringComparison.Ordinal); depth++)
        {
            var decoded = EscapedText.Decode(text);
            if (decoded == text) return null;
            if (depth >= EscapedText.Deepest) return $"the path hides an escape in an escape, more than {EscapedText.Deepest} deep";
            text = decoded;
            foreach (var segment in text.Split('/', '\\'))
            {
                if (DotFault(segment) is not null) return "the path hides a dot segment in an escape of an escape";
            }
        }

        return null;
    }

    private static string? DotFault(ReadOnlySpan<char> segment)
    {
        if (segment is "." or "..") return "the path has a dot segment; send the path it means";
        // ASP.NET and Java drop what follows ';' in a segment, so '..;' climbs there.
        return segment.StartsWith("..;") || segment.StartsWith(".;") ? "the path has a dot segment with a parameter" : null;
    }

    private static string? QueryFault(ReadOnlySpan<char> query)
    {
        foreach (var character in query)
        {
            if (character is '#' or '\\' or <= ' ' or > '~') return $"the query has {Name(character)}, which must be percent-encoded";
        }

        return null;
    }

    private static string? EscapeFault(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 3 || !byte.TryParse(rest[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return "the path has a '%' that two hexadecimal digits do not follow";
        var character = (char)value;
        if (value is < 0x20 or 0x7F) return $"the path encodes {Name(character)}";
        if (character is '\\') return "the path encodes a backslash";
        return char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~'
            ? $"the path encodes {Name(character)} as {rest[..3]}; send it plainly"
            : null;
    }

    /// <summary>Percent-encoded bytes must be UTF-8 in its shortest form: <c>%C0%AE</c> is a dot to a careless decoder.</summary>
    private static string? Utf8Fault(ReadOnlySpan<char> path)
    {
        var at = path.IndexOf('%');
        if (at < 0) return null;
        Span<byte> bytes = path.Length <= 1024 ? stackalloc byte[path.Length] : new byte[path.Length];
        var count = 0;
        for (var i = at; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                bytes[count++] = (byte)path[i];
                continue;
            }

            bytes[count++] = byte.Parse(path.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            i += 2;
        }

        return System.Text.Unicode.Utf8.IsValid(bytes[..count]) ? null : "the path encodes bytes that are not UTF-8";
    }

    private static string Name(char character) => character is > ' ' and <= '~' ? $"'{character}'" : $"the character U+{(int)character:X4}";

    private static RequestTarget Refused(string fault) => new(default, 0, fault);
}
