using System.Text;

namespace FnMesh.Node.Http;

/// <summary>
/// Decodes a Connection header so that the names in it reach us. Where the only option that Kestrel finds in it is <c>close</c>, <c>keep-alive</c> or <c>upgrade</c>, it puts that in the header's place, and what
/// stands beside it is gone; of two options it keeps the whole. So <c>close</c> and <c>upgrade</c> get <c>keep-alive</c> beside them, which changes neither, and <c>keep-alive</c> alone, which HTTP/1.1 need not
/// say, is left out: a connection of HTTP/1.0 ends after its answer, as it shall behind a proxy (RFC 9112, 9.3).
/// </summary>
public sealed class ConnectionEncoding : Encoding
{
    private const string KeepAlive = "keep-alive";

    public static ConnectionEncoding Instance { get; } = new();

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => Decode(bytes.AsSpan(index, count)).Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var decoded = Decode(bytes);
        if (decoded.Length > chars.Length) return 0;
        decoded.CopyTo(chars);
        return decoded.Length;
    }

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => (2 * byteCount) + KeepAlive.Length + 2;

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.EqualsIgnoreCase(bytes, KeepAlive)) return "";
        if (Ascii.EqualsIgnoreCase(bytes, "close")) return "close, keep-alive";
        if (Ascii.EqualsIgnoreCase(bytes, "upgrade")) return "upgrade, keep-alive";
        var options = HopHeaders.Options(Latin1.GetString(bytes)).Where(static option => !Is(option, KeepAlive)).ToList();
        if (options.Exists(static option => Is(option, "close") || Is(option, "upgrade"))) options.Add(KeepAlive);
        return string.Join(", ", options);
    }

    private static bool Is(string option, string name) => option.Equals(name, StringComparison.OrdinalIgnoreCase);
}
