using System.Text.RegularExpressions;

namespace FnMesh.House.Tests;

/// <summary>What a document promises: files that it links to, types that it names.</summary>
internal static partial class Documents
{
    public static IEnumerable<string> DeadLinks(TextFile document, Func<string, bool> exists)
    {
        foreach (Match link in Link().Matches(document.Text))
        {
            var target = link.Groups["target"].Value.Split('#')[0];
            if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal) &&
                !exists(Path.Combine(document.Folder, target)))
            {
                yield return $"{document.Path}: {target} does not exist";
            }
        }
    }

    /// <summary>Links of the form [`TypeName`](file.cs) whose file does not hold the type.</summary>
    public static IEnumerable<string> MissingTypes(TextFile document, Func<string, string?> read)
    {
        foreach (Match link in TypeLink().Matches(document.Text))
        {
            var type = link.Groups["type"].Value;
            var text = read(Path.Combine(document.Folder, link.Groups["target"].Value));
            if (text is null || !Regex.IsMatch(text, $@"\b(class|record|struct|interface|enum|delegate)\b[^\n]*\b{Regex.Escape(type)}\b"))
            {
                yield return $"{document.Path}: {link.Groups["target"].Value} holds no type {type}";
            }
        }
    }

    /// <summary>Names in backticks that look like types, with or without a member behind a dot, and are declared in none of the sources.</summary>
    public static IEnumerable<string> UnknownNames(TextFile document, IReadOnlySet<string> types) =>
        NameInBackticks().Matches(document.Text)
            .Select(match => match.Groups["name"].Value)
            .Where(name => !types.Contains(name))
            .Distinct()
            .Select(name => $"{document.Path}: `{name}` is no type");

    public static IEnumerable<string> DeclaredTypes(string source) =>
        Declaration().Matches(source).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[`(?<type>[A-Z]\w*)(?:<[^`]*>)?`\]\((?<target>[^)\s#]+\.cs)\)")]
    private static partial Regex TypeLink();

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\.\w+)?(?:<[^`]*>)?`")]
    private static partial Regex NameInBackticks();

    [GeneratedRegex(@"\b(?:class|record(?: struct| class)?|struct|interface|enum|delegate [\w<>\[\]?., ]+?) (?<name>[A-Z]\w*)(?=[\s<({:;]|$)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
