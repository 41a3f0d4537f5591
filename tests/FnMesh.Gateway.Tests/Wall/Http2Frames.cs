using System.Text;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Writes requests as frames of HTTP/2 (RFC 9113, 6) with HPACK (RFC 7541), without looking at what they say.</summary>
internal static class Http2Frames
{
    private const byte Data = 0, Headers = 1, Continuation = 9;
    private const byte EndStream = 1, EndHeaders = 4;
    private const int MostOfFrame = 16_384;

    /// <summary>The index of the first entry that was kept (RFC 7541, 2.3.3).</summary>
    private const int FirstKept = 62;

    // RFC 7541, appendix A.
    private static readonly Dictionary<string, int> Static = new()
    {
        [":authority"] = 1,
        [":method"] = 2,
        [":path"] = 4,
        [":scheme"] = 6,
        ["accept"] = 19,
        ["content-length"] = 28,
        ["content-type"] = 31,
        ["cookie"] = 32,
        ["expect"] = 35,
        ["host"] = 38,
        ["transfer-encoding"] = 57,
        ["via"] = 60,
    };

    /// <param name="stream">Its number; the second of <see cref="Http2Packing.Twice"/> has the next.</param>
    public static byte[] Of(Http2Case one, Http2Packing packing, int stream) =>
        packing == Http2Packing.Twice
            ? [.. Of(one, fields => Pack(fields, Http2Packing.Known), stream), .. Of(one, fields => fields == one.Head ? Again(one) : Pack(fields, Http2Packing.Literal), stream + 2)]
            : Of(one, fields => Pack(fields, packing), stream);

    private static byte[] Of(Http2Case one, Func<IReadOnlyList<Http2Field>, byte[]> pack, int stream)
    {
        var (frames, end) = (new List<byte>(), one.Trailers.Count == 0 ? EndStream : (byte)0);
        AddHead(frames, pack(one.Head), one.Pieces.Count == 0 ? end : (byte)0, stream);
        for (var i = 0; i < one.Pieces.Count; i++) frames.AddRange(RawHttp2Caller.Frame(Data, i == one.Pieces.Count - 1 ? end : (byte)0, stream, one.Pieces[i]));
        if (one.Trailers.Count > 0) AddHead(frames, pack(one.Trailers), EndStream, stream);
        return [.. frames];
    }

    private static void AddHead(List<byte> frames, byte[] block, byte flags, int stream)
    {
        var parts = block.Chunk(MostOfFrame).DefaultIfEmpty([]).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1 ? EndHeaders : (byte)0;
            frames.AddRange(RawHttp2Caller.Frame(i == 0 ? Headers : Continuation, (byte)((i == 0 ? flags : 0) | last), stream, parts[i]));
        }
    }

    private static byte[] Pack(IReadOnlyList<Http2Field> fields, Http2Packing packing)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
        {
            var (pattern, bits) = packing switch { Http2Packing.Literal => (0x00, 4), Http2Packing.NeverKept => (0x10, 4), _ => (0x40, 6) };
            var known = packing == Http2Packing.Known ? Static.GetValueOrDefault(Encoding.Latin1.GetString(name)) : 0;
            AddNumber(block, pattern, bits, known);
            if (known == 0) AddText(block, name);
            AddText(block, value);
        }

        return [.. block];
    }

    /// <summary>The same fields again, which the other side has kept in the order in which they came; trailers were kept after them.</summary>
    private static byte[] Again(Http2Case one)
    {
        var block = new List<byte>();
        for (var i = 0; i < one.Head.Count; i++) AddNumber(block, 0x80, 7, FirstKept + one.Trailers.Count + one.Head.Count - 1 - i);
        return [.. block];
    }

    private static void AddText(List<byte> block, byte[] text)
    {
        AddNumber(block, 0, 7, text.Length);
        block.AddRange(text);
    }

    // RFC 7541, 5.1.
    private static void AddNumber(List<byte> block, int pattern, int bits, int number)
    {
        var most = (1 << bits) - 1;
        block.Add((byte)(pattern | Math.Min(number, most)));
        if (number < most) return;
        for (number -= most; number >= 0x80; number >>= 7) block.Add((byte)(number | 0x80));
        block.Add((byte)number);
    }
}
