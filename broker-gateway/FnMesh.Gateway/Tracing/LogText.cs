using System.Globalization;
using System.Text;

namespace FnMesh.Gateway.Tracing;

/// <summary>Text from outside as one piece of one log line.</summary>
internal static class LogText
{
    private const int MaxLength = 1024;

    /// <summary>
    /// The text with everything that could end the line, steer a terminal or turn the direction of reading written as <c>\u001b</c>,
    /// a backslash doubled, and what is beyond 1,024 characters cut off.
    /// </summary>
    public static string Clean(string text)
    {
        var shown = text.Length <= MaxLength ? text : text[..MaxLength];
        var first = 0;
        while (first < shown.Length && IsPlain(shown[first])) first++;
        if (first == shown.Length) return shown;

        var clean = new StringBuilder(shown.Length + 16).Append(shown, 0, first);
        foreach (var c in shown.AsSpan(first))
        {
            if (IsPlain(c)) clean.Append(c);
            else if (c == '\\') clean.Append(@"\\");
            else clean.Append(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}");
        }

        return clean.ToString();
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not '\\'
        || (c >= '\u00a0' && char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse));
}
