using System.Globalization;

namespace FnMesh.Policy.Reading;

/// <summary>Sizes as policies write them: a whole number of MiB, GiB or TiB (IEC 80000-13).</summary>
internal static class ByteSizes
{
    public const string Pattern = "^[1-9][0-9]{0,5}(MiB|GiB|TiB)$";

    private static readonly (string Unit, int Shift)[] Units = [("MiB", 20), ("GiB", 30), ("TiB", 40)];

    /// <summary>Null for what is no size.</summary>
    public static long? Parse(string text)
    {
        foreach (var (unit, shift) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            return text.Length <= 9 && text[0] is >= '1' and <= '9' && int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? (long)count << shift : null;
        }

        return null;
    }

    /// <summary>In the largest unit that leaves nothing over.</summary>
    public static string Format(long bytes)
    {
        var (unit, shift) = Units.LastOrDefault(one => bytes % (1L << one.Shift) == 0, Units[0]);
        return $"{bytes >> shift}{unit}";
    }
}
