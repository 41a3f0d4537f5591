using System.Globalization;
using System.Text;

namespace FnMesh.Cli.Output;

/// <summary>Columns side by side. Control characters become visible, so that no text from elsewhere can drive the terminal.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    public static string Render(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var clean = rows.Select(row => row.Select(Visible).ToArray()).ToArray();
        var columns = clean.Length == 0 ? 0 : clean.Max(row => row.Length);
        var widths = Enumerable.Range(0, columns).Select(column => clean.Max(row => column < row.Length ? row[column].Length : 0)).ToArray();
        var text = new StringBuilder();
        foreach (var row in clean)
        {
            var line = string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    public static string Visible(string text)
    {
        if (!text.Any(IsUnsafe))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (IsUnsafe(character))
                safe.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
            else
                safe.Append(character);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char character) =>
        char.IsControl(character) || char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
