using System.Globalization;
using System.Text;
using FnMesh.Gateway.Ingress;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Reads HTTP/1.1 requests as the strictest reader of RFC 9112 would, and says what is wrong instead of guessing. It shares nothing with the gateway but what a token is.</summary>
internal static class StrictParser
{
    /// <param name="bytes">What has come so far.</param>
    /// <param name="request">The first request in it.</param>
    /// <param name="length">How many bytes that took.</param>
    /// <returns>False when more must come.</returns>
    /// <exception cref="FormatException">The bytes are no HTTP that everybody reads alike.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ForwardedRequest request, out int length)
    {
        (request, length) = (null!, 0);
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.1"]) throw new FormatException($"request line '{lines[0]}'");
        Demand(HeaderHygiene.IsToken(method) && target.StartsWith('/') && target.All(c => c is > ' ' and < '\x7f'), lines[0]);
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':');
            Demand(colon > 0 && HeaderHygiene.IsToken(line.AsSpan(0, colon)) && !line.Any(c => c is '\r' or '\n' or '\0'), line);
            headers.Add(new(line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim(' ', '\t')));
        }

        string[] All(string name) => [.. headers.Where(header => header.Key == name).Select(header => header.Value)];
        Demand(All("host") is [{ Length: > 0 }], "one Host");
        length = end + 4;
        byte[] body = [];
        var (lengths, codings) = (All("content-length"), All("transfer-encoding"));
        Demand(lengths.Length + codings.Length <= 1, "one end of the body");
        if (lengths is [var announced])
        {
            Demand(announced.Length is > 0 and < 10 && announced.All(char.IsAsciiDigit), "digits of Content-Length");
            var count = int.Parse(announced, CultureInfo.InvariantCulture);
            if (bytes.Length < length + count) return false;
            body = bytes.Slice(length, count).ToArray();
            length += count;
        }
        else if (codings is [var coding])
        {
            Demand(coding == "chunked", $"coding {coding}");
            if (!TryReadChunks(bytes, ref length, out body)) return false;
        }

        request = new(method, target, headers, body);
        return true;
    }

    private static bool TryReadChunks(ReadOnlySpan<byte> bytes, ref int at, out byte[] body)
    {
        var read = new List<byte>();
        body = [];
        while (true)
        {
            var line = bytes[at..].IndexOf("\r\n"u8);
            if (line < 0) return false;
            var text = Encoding.Latin1.GetString(bytes.Slice(at, line));
            Demand(text.Length is > 0 and < 8 && text.All(char.IsAsciiHexDigit), $"chunk size '{text}'");
            var size = int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (bytes.Length < at + line + 2 + size + 2) return false;
            at += line + 2;
            read.AddRange(bytes.Slice(at, size));
            Demand(bytes.Slice(at + size, 2).SequenceEqual("\r\n"u8), "the end of a chunk");
            at += size + 2;
            if (size > 0) continue;
            body = [.. read];
            return true;
        }
    }

    private static void Demand(bool holds, string what)
    {
        if (!holds) throw new FormatException(what);
    }
}
