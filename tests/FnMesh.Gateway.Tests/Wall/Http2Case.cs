using System.Globalization;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>One hostile request over HTTP/2: the fields that are packed, whatever they hold, and what follows them.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Expectation">As in <see cref="WallCase"/>.</param>
/// <param name="Head">Names and values in order, pseudo header fields included.</param>
/// <param name="Pieces">What each DATA frame holds.</param>
/// <param name="Trailers">Fields of a second head, which ends the stream; without any the last frame before it does.</param>
internal sealed record Http2Case(string Name, string Expectation, IReadOnlyList<Http2Field> Head, IReadOnlyList<byte[]> Pieces, IReadOnlyList<Http2Field> Trailers)
{
    /// <summary>
    /// Reads a file of cases: <c># EXPECTATION name</c>, then a line for each field, <c>name|value</c> with bytes as in <see cref="WallCase.Unescape"/>. <c>!GET /a</c> stands for the four fields with which a
    /// sound request to <c>shop</c> begins, <c>N*</c> before a field repeats it, <c>= bytes</c> is a DATA frame, and fields after one are trailers.
    /// </summary>
    public static IEnumerable<Http2Case> Read(string text)
    {
        foreach (var section in ("\n" + text.ReplaceLineEndings("\n")).Split("\n# ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = section.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var space = lines[0].IndexOf(' ');
            List<Http2Field> head = [], trailers = [];
            List<byte[]> pieces = [];
            foreach (var line in lines[1..])
            {
                if (line.StartsWith("= ", StringComparison.Ordinal)) pieces.Add(WallCase.Unescape(line[2..]));
                else (pieces.Count == 0 ? head : trailers).AddRange(Fields(line));
            }

            yield return new(lines[0][(space + 1)..], lines[0][..space], head, pieces, trailers);
        }
    }

    private static IEnumerable<Http2Field> Fields(string line)
    {
        if (line[0] == '!')
        {
            var parts = line[1..].Split(' ');
            return [Http2Field.Of(":method", parts[0]), Http2Field.Of(":scheme", "http"), Http2Field.Of(":path", parts[1]), Http2Field.Of(":authority", "shop")];
        }

        var (star, bar) = (line.IndexOf('*'), line.IndexOf('|'));
        var (first, times) = star > 0 && int.TryParse(line.AsSpan(0, star), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (star + 1, count) : (0, 1);
        return Enumerable.Repeat(new Http2Field(WallCase.Unescape(line[first..bar]), WallCase.Unescape(line[(bar + 1)..])), times);
    }
}
