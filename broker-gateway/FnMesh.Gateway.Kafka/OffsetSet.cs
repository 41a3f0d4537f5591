using System.Buffers.Text;
using System.Globalization;

namespace FnMesh.Gateway.Kafka;

/// <summary>Offsets as text: the first, then the distance of each to the one before, in decimal, separated by commas.</summary>
internal static class OffsetSet
{
    public static byte[] Write(IEnumerable<long> offsets)
    {
        var before = 0L;
        List<string> steps = [];
        foreach (var offset in offsets.Order())
        {
            steps.Add((offset - before).ToString(CultureInfo.InvariantCulture));
            before = offset;
        }

        return System.Text.Encoding.ASCII.GetBytes(string.Join(',', steps));
    }

    /// <exception cref="FormatException">It is none.</exception>
    public static HashSet<long> Read(ReadOnlySpan<byte> text)
    {
        HashSet<long> offsets = [];
        var before = 0L;
        while (!text.IsEmpty)
        {
            if (!Utf8Parser.TryParse(text, out long step, out var used) || (used < text.Length && text[used] != ',')) throw new FormatException("no set of offsets");
            offsets.Add(before += step);
            text = text[Math.Min(used + 1, text.Length)..];
        }

        return offsets;
    }
}
