using System.Buffers;

namespace FnMesh.Gateway.Idempotency;

/// <summary>The value of <c>Idempotency-Key</c>: a string of structured fields (RFC 9651, 3.3.3), or bare, as most clients write it.</summary>
internal static class KeyText
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> Bare = SearchValues.Create("!#$%&'()*+-./0123456789:=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~<>");

    /// <returns>Null when it is none, or longer than 255 characters.</returns>
    public static string? Parse(string value)
    {
        var text = value.AsSpan().Trim(' ');
        if (text.IsEmpty || text.Length > MaxLength) return null;
        if (text[0] != '"') return text.ContainsAnyExcept(Bare) ? null : text.ToString();
        if (text.Length < 3 || text[^1] != '"') return null;
        Span<char> key = stackalloc char[MaxLength];
        var length = 0;
        for (var at = 1; at < text.Length - 1; at++)
        {
            var c = text[at];
            if (c == '\\')
            {
                // The closing quote is no part of an escape.
                if (++at >= text.Length - 1 || text[at] is not ('"' or '\\')) return null;
                c = text[at];
            }
            else if (c is '"' or < ' ' or > '~')
            {
                return null;
            }

            key[length++] = c;
        }

        return new string(key[..length]);
    }
}
