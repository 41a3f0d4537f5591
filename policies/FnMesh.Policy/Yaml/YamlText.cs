using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

/// <summary>Finds characters that no policy file may hold before the parser sees them.</summary>
internal static class YamlText
{
    /// <summary>The place of the first character that is a trace of broken UTF-8 or a control character; null when there is none.</summary>
    public static (Origin Origin, string What)? FirstFault(string file, string text)
    {
        var line = 1;
        var column = 1;
        for (var i = 0; i < text.Length; i++, column++)
        {
            var c = text[i];
            if (c == '\n')
            {
                line++;
                column = 0;
            }
            else if (c == '\uFFFD' || IsLoneSurrogate(text, i))
            {
                return (new Origin(file, line, column), "the file is not valid UTF-8 here; save it as UTF-8");
            }
            else if (IsHidden(c))
            {
                return (new Origin(file, line, column), $"the control character U+{(int)c:X4} is not allowed; remove it");
            }
            else if (char.IsHighSurrogate(c))
            {
                i++;
            }
        }

        return null;
    }

    /// <summary>The first control character of a value, which an escape may have brought in; null when there is none.</summary>
    public static char? FirstControl(string value)
    {
        foreach (var c in value)
        {
            if (IsHidden(c)) return c;
        }

        return null;
    }

    private static bool IsHidden(char c) => char.IsControl(c) && c is not ('\t' or '\r' or '\n' or '\u0085');

    private static bool IsLoneSurrogate(string text, int at) =>
        char.IsLowSurrogate(text[at]) || (char.IsHighSurrogate(text[at]) && (at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1])));
}
