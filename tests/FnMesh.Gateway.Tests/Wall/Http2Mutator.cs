using System.Text;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Makes new hostile requests over HTTP/2 of known ones; the same seed makes the same.</summary>
/// <param name="corpus">What is known.</param>
internal sealed class Http2Mutator(IReadOnlyList<Http2Case> corpus, int seed)
{
    private static readonly byte[][] Bytes =
        [.. new[] { "\r", "\n", "\r\n", "\0", " ", "\t", ":", ",", ";", "\x7f", "\u0080", "\u00ff", "#", "?", "\\", "..", "%2e%2e", "%00", "*", "/", "//", "X", "\r\nx: y\r\n" }.Select(Encoding.Latin1.GetBytes)];

    private static readonly Http2Field[] Fields =
    [
        .. new[]
        {
            ":method|GET", ":method|POST", ":method|CONNECT", ":path|/b", ":path|", ":path|*", ":scheme|http", ":scheme|https", ":authority|shop", ":authority|other", ":authority|", ":protocol|websocket", ":status|200", "host|shop", "host|other", "host|",
            "connection|close", "connection|x-secret", "keep-alive|5", "proxy-connection|close", "transfer-encoding|chunked", "transfer-encoding|", "upgrade|h2c", "te|trailers", "te|gzip", "content-length|5", "content-length|0", "content-length|+5", "content-length|", "trailer|x",
            "cookie|a=b", "cookie|", "expect|100-continue", "X-Upper|a", "x y|a", "|a", "x|a b", "x| a", "fnmesh-principal|spoofed", "x_forwarded_for|spoofed",
        }.Select(static pair => pair.Split('|')).Select(static parts => Http2Field.Of(parts[0], parts[1])),
    ];

    private readonly Random _random = new(seed);

    public (Http2Case Mutant, Http2Packing Packing) Next()
    {
        var one = corpus[_random.Next(corpus.Count)];
        var (head, pieces, trailers) = (one.Head.ToList(), one.Pieces.ToList(), one.Trailers.ToList());
        for (var times = _random.Next(1, 4); times > 0; times--)
        {
            var part = trailers.Count > 0 && _random.Next(3) == 0 ? trailers : head;
            var at = _random.Next(part.Count + 1);
            switch (_random.Next(8))
            {
                case 0 when at < part.Count: part.RemoveAt(at); break;
                case 1 when at < part.Count: part.Insert(_random.Next(part.Count + 1), part[at]); break;
                case 2 when at < part.Count: (part[0], part[at]) = (part[at], part[0]); break;
                case 3 when at < part.Count: part[at] = part[at] with { Name = Change(part[at].Name) }; break;
                case 4 or 5 when at < part.Count: part[at] = part[at] with { Value = Change(part[at].Value) }; break;
                case 6: pieces.Add([.. Enumerable.Repeat((byte)'a', _random.Next(9))]); break;
                default: part.Insert(at, Fields[_random.Next(Fields.Length)]); break;
            }
        }

        return (one with { Head = head, Pieces = pieces, Trailers = trailers }, (Http2Packing)_random.Next(4));
    }

    /// <summary>Other bytes instead of those of some frames.</summary>
    public byte[] Damage(byte[] frames)
    {
        for (var times = _random.Next(1, 4); times > 0; times--) frames[_random.Next(frames.Length)] = (byte)_random.Next(256);
        return frames;
    }

    private byte[] Change(byte[] text)
    {
        var at = _random.Next(text.Length + 1);
        return _random.Next(3) switch
        {
            0 when at < text.Length => [.. text[..at], .. text[(at + 1)..]],
            1 when at < text.Length => [.. text[..at], (byte)_random.Next(256), .. text[(at + 1)..]],
            _ => [.. text[..at], .. Bytes[_random.Next(Bytes.Length)], .. text[at..]],
        };
    }
}
