using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace FnMesh.Gateway.Tokens;

/// <summary>Base64url without padding (RFC 7515, 2), with nothing let through: no white space, no padding, unused bits zero. So a text has one meaning and a meaning one text.</summary>
internal static class StrictBase64Url
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet)) return false;
        var decoded = new byte[text.Length * 3 / 4];
        if (Base64Url.DecodeFromChars(text, decoded, out var read, out var written) != OperationStatus.Done || read != text.Length || written != decoded.Length) return false;
        Span<char> again = stackalloc char[4];
        var last = decoded.Length % 3;
        if (last > 0 && (!Base64Url.TryEncodeToChars(decoded.AsSpan(decoded.Length - last), again, out var count) || !text.EndsWith(again[..count]))) return false;
        bytes = decoded;
        return true;
    }
}
