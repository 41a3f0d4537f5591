using System.Globalization;
using System.Text;

namespace FnMesh.Gateway.Metrics;

/// <summary>Tags as labels of Prometheus' text format: <c>{method="GET",status="200"}</c>, or nothing when there are none.</summary>
internal static class Labels
{
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder(64).Append('{');
        foreach (var (name, value) in tags)
        {
            if (text.Length > 1) text.Append(',');
            AppendName(text, name);
            text.Append("=\"");
            AppendValue(text, value switch
            {
                null => "",
                true => "true",
                false => "false",
                _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
            });
            text.Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>The same labels and one more.</summary>
    public static string With(string labels, string name, string value) =>
        labels.Length == 0 ? $"{{{name}=\"{value}\"}}" : $"{labels.AsSpan(0, labels.Length - 1)},{name}=\"{value}\"}}";

    /// <summary>A name with everything but ASCII letters, digits and <c>_</c> replaced by <c>_</c>.</summary>
    public static void AppendName(StringBuilder text, string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) text.Append('_');
        foreach (var c in name) text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
    }

    private static void AppendValue(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(c),
            };
        }
    }
}
