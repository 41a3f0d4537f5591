using System.Globalization;
using System.Text;

namespace FnMesh.Policy.Cesql;

/// <summary>What is wrong in an expression, and where.</summary>
/// <param name="Start">The index of the first character that should change.</param>
/// <param name="End">The index behind the last one.</param>
/// <param name="What">The fault and its mend, without the place.</param>
internal sealed record CesqlFault(int Start, int End, string What)
{
    private const int Around = 30;

    /// <summary>One line: the place, what is wrong, and the part of the expression around it with the place between » and «.</summary>
    public string In(string expression)
    {
        var shown = new StringBuilder();
        shown.Append("at character ").Append((Start + 1).ToString(CultureInfo.InvariantCulture)).Append(": ").Append(What).Append(", in: ");
        var (from, to) = (Math.Max(0, Start - Around), Math.Min(expression.Length, End + Around));
        if (from > 0) shown.Append('…');
        for (var at = from; at < to; at++)
        {
            if (at == Start) shown.Append('»');
            if (at - Start < Around || at >= End) shown.Append(Shown(expression[at]));
            else if (at == Start + Around) shown.Append('…');
            if (at + 1 == End && at >= Start) shown.Append('«');
        }

        if (Start >= expression.Length) shown.Append("»«");
        if (to < expression.Length) shown.Append('…');
        return shown.ToString();
    }

    private static char Shown(char c) =>
        char.IsControl(c) ? ' ' : char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '·' : c;
}
