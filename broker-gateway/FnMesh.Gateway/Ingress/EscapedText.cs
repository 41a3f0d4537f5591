using System.Globalization;
using System.Text;

namespace FnMesh.Gateway.Ingress;

/// <summary>Percent-encoding (RFC 3986, 2.1) as careless readers undo it.</summary>
internal static class EscapedText
{
    /// <summary>How often an escape may hide another; a path in which more are hidden is refused.</summary>
    public const int Deepest = 4;

    /// <summary>Every escape decoded once; what is no UTF-8 becomes U+FFFD, and what is no escape stays.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%' && at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes[count++] = value;
                at += 2;
            }
            else
            {
                count += Encoding.UTF8.GetBytes(text.AsSpan(at, 1), bytes.AsSpan(count));
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }
}
