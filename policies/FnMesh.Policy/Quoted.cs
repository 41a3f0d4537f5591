using System.Text;

namespace FnMesh.Policy;

/// <summary>Shows text of a policy inside a message: quoted, on one line, cut when long.</summary>
internal static class Quoted
{
    private const int Longest = 80;

    public static string Text(string text)
    {
        var shown = new StringBuilder("'");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format
                || c is '\u2028' or '\u2029')
                shown.Append("\\u").Append(((int)c).ToString("x4"));
            else
                shown.Append(c);
        }

        return shown.Append(text.Length > Longest ? "…'" : "'").ToString();
    }

    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Text));
}
