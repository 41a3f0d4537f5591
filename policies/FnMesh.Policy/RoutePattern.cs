using System.Text.RegularExpressions;

namespace FnMesh.Policy;

/// <summary>Regular expressions of routes: what .NET matches in time linear in the text, without look-around and back-references. The whole text must fit.</summary>
public static class RoutePattern
{
    public const int MaxLength = 1024;

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

    /// <exception cref="ArgumentException">It is no pattern.</exception>
    /// <exception cref="NotSupportedException">It would not match in linear time.</exception>
    public static Regex Compile(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
