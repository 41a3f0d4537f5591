namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>A text as Unicode code points: a pair of surrogates is one, a single surrogate too.</summary>
internal static class CodePoints
{
    public static int Count(string text)
    {
        var pairs = 0;
        for (var at = 0; at + 1 < text.Length; at++)
        {
            if (!char.IsSurrogatePair(text[at], text[at + 1])) continue;
            pairs++;
            at++;
        }

        return text.Length - pairs;
    }

    /// <summary>A part that is within the text.</summary>
    public static string Part(string text, int start, int count)
    {
        var from = Skip(text, 0, start);
        return text[from..Skip(text, from, count)];
    }

    /// <summary>The code point at an index, and the index behind it.</summary>
    public static int At(string text, int index, out int next)
    {
        var isPair = index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);
        next = index + (isPair ? 2 : 1);
        return isPair ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
    }

    private static int Skip(string text, int index, int count)
    {
        for (; count > 0; count--) At(text, index, out index);
        return index;
    }
}
