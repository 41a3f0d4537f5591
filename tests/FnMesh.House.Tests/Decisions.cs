using System.Text.RegularExpressions;

namespace FnMesh.House.Tests;

/// <summary>
/// What decisions promise. Their text is never rewritten, so what has changed since stands in the status: a decision that is <c>accepted</c> without a note speaks of the code of now,
/// and one that replaces another is named there.
/// </summary>
internal static partial class Decisions
{
    public static bool Is(TextFile document) => FileName().IsMatch(document.Path);

    /// <summary>Names in backticks, such as types and their members, of decisions that stand as they are, which no source has.</summary>
    /// <param name="decision">The document.</param>
    /// <param name="words">Every word of the sources.</param>
    public static IEnumerable<string> UnknownNames(TextFile decision, IReadOnlySet<string> words) => Status(decision) != "accepted"
        ? []
        : NameInBackticks().Matches(decision.Text)
            .SelectMany(match => match.Groups["name"].Value.Split('.'))
            .Where(name => !words.Contains(name))
            .Distinct()
            .Select(name => $"{decision.Path}: `{name}` is nowhere in the code; say in its status since when");

    /// <summary>Replacements that only one of two decisions knows of, and numbers that no decision has.</summary>
    public static IEnumerable<string> Unanswered(IReadOnlyList<TextFile> decisions)
    {
        var statuses = decisions.ToDictionary(Number, Status);
        foreach (var (number, status) in statuses)
        {
            foreach (var named in Numbers(status).Where(named => !statuses.ContainsKey(named))) yield return $"{number}: there is no {named}";
            foreach (var replaced in Replaces(status).Where(replaced => statuses.TryGetValue(replaced, out var other) && !ReplacedBy(other).Contains(number)))
                yield return $"{replaced}: its status does not say 'replaced by {number}'";
            foreach (var later in ReplacedBy(status).Where(later => statuses.TryGetValue(later, out var other) && !Replaces(other).Contains(number)))
                yield return $"{later}: its status does not say 'replaces {number}'";
        }
    }

    public static IEnumerable<string> Words(string source) => Word().Matches(source).Select(match => match.Value);

    private static string Number(TextFile decision) => FileName().Match(decision.Path).Groups["number"].Value;

    private static string Status(TextFile decision) => StatusLine().Match(decision.Text).Groups["status"].Value.TrimEnd();

    private static IEnumerable<string> Replaces(string status) => Clauses(status, "replaces ");

    private static IEnumerable<string> ReplacedBy(string status) => Clauses(status, "replaced by ");

    private static IEnumerable<string> Clauses(string status, string word) =>
        status.Split(';', StringSplitOptions.TrimEntries).Where(clause => clause.StartsWith(word, StringComparison.Ordinal)).SelectMany(Numbers);

    private static IEnumerable<string> Numbers(string status) => FourDigits().Matches(status).Select(match => match.Value);

    [GeneratedRegex(@"^docs/adr/(?<number>\d{4})-[a-z0-9-]+\.md$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^Status: (?<status>.*)$", RegexOptions.Multiline)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(?:\.[A-Z]\w*)*)(?:\(\))?(?:<[^`]*>)?`")]
    private static partial Regex NameInBackticks();

    [GeneratedRegex(@"\b\d{4}\b")]
    private static partial Regex FourDigits();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
