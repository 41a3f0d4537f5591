using System.Text;
using System.Text.RegularExpressions;

namespace FnMesh.Policy;

/// <summary>Regular expressions of routes: what .NET matches in time linear in the text, without look-around and back-references. The whole text must fit.</summary>
public static class RoutePattern
{
    public const int MaxLength = 1024;

    /// <summary>What means itself in a pattern and may stand in a path, besides letters and digits.</summary>
    private const string Plain = "/-_~%!&,:;=@'";

    /// <summary>Whether somebody may use the pattern; null when so, else what is wrong with it.</summary>
    public static string? Fault(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > MaxLength) return $"is longer than {MaxLength} characters";
        try
        {
            // By itself first: a pattern may not close the group that Compile opens.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            _ = Compile(pattern);
            return null;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return $"is no pattern that takes linear time: {fault.Message}";
        }
    }

    /// <summary>The characters that every text begins with which fits a pattern; empty where the pattern does not say so plainly.</summary>
    public static string Beginning(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (HasAlternatives(pattern)) return "";
        var beginning = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            var escaped = pattern[at] == '\\';
            if (escaped && ++at == pattern.Length) break;
            var c = pattern[at];
            if (escaped ? char.IsAsciiLetterOrDigit(c) || c > '~' : !(char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))) break;
            // A quantifier is of the character before it.
            if (at + 1 < pattern.Length && pattern[at + 1] is '*' or '?' or '+' or '{') break;
            beginning.Append(c);
        }

        return beginning.ToString();
    }

    /// <summary>Whether '|' may stand outside of every group; where classes make that hard to see, it is taken for so.</summary>
    private static bool HasAlternatives(string pattern)
    {
        if (!pattern.Contains('|', StringComparison.Ordinal)) return false;
        if (pattern.Contains('[', StringComparison.Ordinal)) return true;
        var depth = 0;
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\') at++;
            else if (pattern[at] == '(') depth++;
            else if (pattern[at] == ')') depth--;
            else if (pattern[at] == '|' && depth == 0) return true;
        }

        return false;
    }

    /// <exception cref="ArgumentException">It is no pattern.</exception>
    /// <exception cref="NotSupportedException">It would not match in linear time.</exception>
    public static Regex Compile(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
