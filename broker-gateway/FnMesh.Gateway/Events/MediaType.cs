using System.Buffers;

namespace FnMesh.Gateway.Events;

/// <summary>A media type (RFC 2046 as HTTP writes it, RFC 9110, 8.3.1): views into the text that was parsed.</summary>
internal readonly ref struct MediaType
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary><c>type/subtype</c> without parameters.</summary>
    public ReadOnlySpan<char> Essence { get; private init; }

    /// <summary>The parameter <c>charset</c>, unquoted; empty when there is none.</summary>
    public ReadOnlySpan<char> Charset { get; private init; }

    /// <summary>Whether it declares JSON: <c>*/json</c> or <c>*/*+json</c> (CloudEvents JSON format, 3.1.1).</summary>
    public bool IsJson =>
        Essence.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || Essence.EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether people can read it as text: <c>text/*</c> or XML.</summary>
    public bool IsText =>
        Essence.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || Essence.EndsWith("/xml", StringComparison.OrdinalIgnoreCase) || Essence.EndsWith("+xml", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether UTF-8 text is what it says: no charset, or UTF-8.</summary>
    public bool IsUtf8 => Charset.IsEmpty || Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether only ASCII is what it says.</summary>
    public bool IsAscii => Charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(ReadOnlySpan<char> text, out MediaType type)
    {
        type = default;
        if (text.Trim(" \t").Length != text.Length) return false; // A header's own white space is gone already; an attribute has none to lose.
        var end = text.IndexOf(';');
        var essence = (end < 0 ? text : text[..end]).TrimEnd(" \t");
        var slash = essence.IndexOf('/');
        if (slash < 1 || slash + 1 == essence.Length) return false;
        if (essence[..slash].ContainsAnyExcept(Token) || essence[(slash + 1)..].ContainsAnyExcept(Token)) return false;

        ReadOnlySpan<char> charset = [];
        for (var rest = end < 0 ? [] : text[end..]; !rest.IsEmpty;)
        {
            rest = rest[1..].TrimStart(" \t");
            if (rest.IsEmpty || rest[0] == ';') continue; // RFC 9110, 5.6.6 lets parameters be empty.
            if (!TryParameter(ref rest, out var name, out var value)) return false;
            if (!name.Equals("charset", StringComparison.OrdinalIgnoreCase)) continue;
            if (!charset.IsEmpty || value.IsEmpty) return false;
            charset = value;
        }

        type = new() { Essence = essence, Charset = charset };
        return true;
    }

    private static bool TryParameter(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        value = [];
        var equals = rest.IndexOfAnyExcept(Token);
        name = equals > 0 ? rest[..equals] : [];
        if (name.IsEmpty || rest[equals] != '=') return false;

        rest = rest[(equals + 1)..];
        if (rest.StartsWith('"'))
        {
            var close = ClosingQuote(rest);
            if (close < 0) return false;
            value = rest[1..close];
            rest = rest[(close + 1)..];
        }
        else
        {
            var end = rest.IndexOfAnyExcept(Token);
            value = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[end..];
            if (value.IsEmpty) return false;
        }

        rest = rest.TrimStart(" \t");
        return rest.IsEmpty || rest[0] == ';';
    }

    private static int ClosingQuote(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i;
            if (text[i] == '\\') i++;
            if (i < text.Length && text[i] is (< ' ' or > '~') and not '\t') return -1;
        }

        return -1;
    }
}
