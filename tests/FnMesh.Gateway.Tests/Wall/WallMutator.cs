using System.Text;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Makes new hostile inputs of known ones; the same seed makes the same.</summary>
/// <param name="corpus">What is known.</param>
/// <param name="pieces">What is put in; parts of requests unless said otherwise.</param>
internal sealed class WallMutator(IReadOnlyList<byte[]> corpus, int seed, IReadOnlyList<byte[]>? pieces = null)
{
    private static readonly byte[][] OfRequests =
    [
        .. new[]
        {
            "\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", "\x0b", "\x0c", ":", ",", ";", "\"", "%2e%2e", "%2f", "%5c", "%00", "..", "\\", "#", "?", "//", "\u0080", "\u00ff",
            "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Content-Length:\r\n", "Content_Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding : chunked\r\n", "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding:\r\n chunked\r\n", "Host: shop\r\n", "Host: other\r\n", "Connection: close, content-length\r\n", "Connection: host\r\n", "Connection: transfer-encoding\r\n", "Expect: 100-continue\r\n",
            "Upgrade: h2c\r\nConnection: upgrade\r\n", "fnmesh-principal: spoofed\r\n", "x-forwarded-for: spoofed\r\n", "GET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n", "0\r\n\r\n", "5\r\nhello\r\n", "5;a=b\r\n", "HTTP/1.0", "HTTP/1.1",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    private readonly IReadOnlyList<byte[]> _pieces = pieces ?? OfRequests;
    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var bytes = corpus[_random.Next(corpus.Count)].ToList();
        if (bytes.Count == 0) bytes.Add((byte)'G');
        for (var times = _random.Next(1, 4); times > 0; times--)
        {
            var at = _random.Next(bytes.Count);
            switch (_random.Next(6))
            {
                case 0: bytes[at] = (byte)_random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.InsertRange(at, _pieces[_random.Next(_pieces.Count)]); break;
                case 3: bytes.RemoveRange(at, Math.Min(_random.Next(1, 12), bytes.Count - at)); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_random.Next(1, 24), bytes.Count - at))); break;
                default: AtLine(bytes, _pieces[_random.Next(_pieces.Count)]); break;
            }

            if (bytes.Count == 0) bytes.Add((byte)'G');
        }

        return [.. bytes];
    }

    private void AtLine(List<byte> bytes, byte[] piece)
    {
        var lines = Enumerable.Range(0, bytes.Count).Where(i => bytes[i] == '\n').ToArray();
        bytes.InsertRange(lines.Length == 0 ? 0 : lines[_random.Next(lines.Length)] + 1, piece);
    }
}
