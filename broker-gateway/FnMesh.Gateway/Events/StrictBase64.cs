using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace FnMesh.Gateway.Events;

/// <summary>Base64 of RFC 4648, 4, with nothing let through: no white space, padding in place, unused bits zero. So a text has one meaning and a meaning one text.</summary>
internal static class StrictBase64
{
    public static bool TryDecode(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 != 0) return false;
        if (text.IsEmpty)
        {
            bytes = [];
            return true;
        }

        var padding = text[^1] != '=' ? 0 : text[^2] != '=' ? 1 : 2;
        var decoded = new byte[(text.Length / 4 * 3) - padding];
        var status = Base64.DecodeFromUtf8(text, decoded, out var consumed, out var written);
        if (status != OperationStatus.Done || consumed != text.Length || written != decoded.Length) return false;

        Span<byte> again = stackalloc byte[4];
        Base64.EncodeToUtf8(decoded.AsSpan(decoded.Length - (3 - padding)), again, out _, out _);
        if (!again.SequenceEqual(text[^4..])) return false;
        bytes = decoded;
        return true;
    }
}
