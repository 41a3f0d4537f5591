using System.Text;

namespace FnMesh.Control.Projects;

/// <summary>Names of apps from names of projects and folders.</summary>
public static class AppName
{
    /// <summary>A revision's name adds to it, and both are DNS labels.</summary>
    private const int MaxLength = 56;

    /// <summary>In lower case, with one <c>-</c> for whatever a name cannot hold; empty when nothing is left.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = new StringBuilder(text.Length);
        foreach (var letter in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)) name.Append(letter);
            else if (name.Length > 0 && name[^1] != '-') name.Append('-');
        }

        return name.ToString(0, Math.Min(name.Length, MaxLength)).TrimEnd('-');
    }
}
