using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace FnMesh.Gateway.Events;

/// <summary>Values of attributes as HTTP headers carry them (CloudEvents HTTP binding, 3.1.3.2).</summary>
internal static class HeaderValue
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not ('"' or '%'))]);

    private static readonly SearchValues<char> PlainOrSpace =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c is not ('"' or '%'))]);

    private static readonly SearchValues<char> PrintableAscii =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    /// <summary>Unquotes, then decodes percents once. An ordinary value comes back as it is, nothing allocated.</summary>
    /// <returns>What is wrong, as the end of a sentence that begins with the attribute; null when nothing is.</returns>
    public static string? Decode(string header, out string value)
    {
        value = "";
        var text = header.AsSpan().Trim(" \t");
        if (!text.ContainsAnyExcept(PlainOrSpace))
        {
            value = text.Length == header.Length ? header : text.ToString();
            return null;
        }

        if (text.ContainsAnyExcept(PrintableAscii)) return "holds a character that a header may not hold: percent-encode its UTF-8 bytes";
        var rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            var flaw = Decode(text, rented, out var written);
            if (flaw is not null) return flaw;
            var bytes = rented.AsSpan(0, written);
            if (!Utf8.IsValid(bytes)) return "is percent-encoded from bytes that are not UTF-8";
            value = Encoding.UTF8.GetString(bytes);
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Percent-encodes space, <c>"</c>, <c>%</c> and all that is not printable ASCII, as UTF-8 in upper case.</summary>
    public static string Encode(string value) => value.AsSpan().ContainsAnyExcept(Plain) ? Encode(value, Plain) : value;

    /// <summary>A media type keeps its spaces and quotes; only what could never stand in a header is encoded.</summary>
    public static string EncodeContentType(string value) => value.AsSpan().ContainsAnyExcept(PrintableAscii) ? Encode(value, PrintableAscii) : value;

    private static string Encode(string value, SearchValues<char> kept)
    {
        var encoded = new StringBuilder(value.Length * 2);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && kept.Contains((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)]) encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }

    private static string? Decode(ReadOnlySpan<char> text, Span<byte> bytes, out int written)
    {
        written = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                quoted = !quoted;
                continue;
            }

            if (quoted && c == '\\')
            {
                if (++i == text.Length) break;
                c = text[i];
            }

            bytes[written++] = (byte)c;
        }

        if (quoted) return "has a double quote that is not closed: write a plain one as %22";

        // Unquoting comes first and as a whole, so that a percent sign means the same inside quotes and outside.
        var unquoted = bytes[..written];
        written = 0;
        for (var i = 0; i < unquoted.Length; i++)
        {
            if (unquoted[i] != '%')
            {
                bytes[written++] = unquoted[i];
                continue;
            }

            if (i + 2 >= unquoted.Length || !char.IsAsciiHexDigit((char)unquoted[i + 1]) || !char.IsAsciiHexDigit((char)unquoted[i + 2]))
            {
                return "has a percent sign without two hexadecimal digits after it: write a plain one as %25";
            }

            bytes[written++] = (byte)((HexDigit(unquoted[i + 1]) << 4) | HexDigit(unquoted[i + 2]));
            i += 2;
        }

        return null;
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
