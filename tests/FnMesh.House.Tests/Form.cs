using System.Text.RegularExpressions;

namespace FnMesh.House.Tests;

/// <summary>The form of source files: one type each, short, with names that say something, bound to no machine.</summary>
internal static partial class Form
{
    private const int LongestFile = 400;

    // A name of Azure, kept so that its templates compile.
    private const string NameOfAzure = "TimerInfo";

    private static readonly string[] EmptySuffixes =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Processor", "Service", "Base", "Info", "Data", "Common", "Core", "Impl"];

    public static IEnumerable<string> Violations(TextFile source)
    {
        var types = TopLevelType().Matches(source.Text).Select(match => match.Groups["name"].Value).ToArray();
        var expected = source.Name.Split('.', '{')[0];
        if (types.Length > 1)
        {
            yield return $"{source.Path}: holds {string.Join(", ", types)}; one top-level type per file";
        }
        else if (types.Length == 1 && types[0] != expected)
        {
            yield return $"{source.Path}: holds {types[0]}; a file has the name of its type";
        }

        foreach (var type in types.Where(type => type != NameOfAzure && EmptySuffixes.Any(suffix => type.EndsWith(suffix, StringComparison.Ordinal))))
        {
            yield return $"{source.Path}: the suffix of {type} says nothing";
        }

        var lines = source.Lines.Count() - 1;
        if (source.IsProduct && lines > LongestFile)
        {
            yield return $"{source.Path}: {lines} lines; {LongestFile} are too long";
        }
    }

    /// <summary>What a file of the packaged libraries owes to those who use them: a summary of its public type, and small numbers of the events that are logged in their consoles.</summary>
    public static IEnumerable<string> Debts(TextFile source)
    {
        if (PublicType().Match(source.Text) is { Success: true } type && !type.Groups["before"].Value.Contains("/// <", StringComparison.Ordinal))
        {
            yield return $"{source.Path}: {type.Groups["name"].Value} is public and has no summary";
        }

        foreach (Match message in LoggedEvent().Matches(source.Text))
        {
            if (!message.Value.Contains("EventId = ", StringComparison.Ordinal)) yield return $"{source.Path}: {message.Value} has no EventId, and is logged with a hash";
        }
    }

    /// <summary>Absolute paths of somebody's home or workspace, which are true on one machine only.</summary>
    public static IEnumerable<string> MachinePaths(TextFile file) =>
        MachinePath().Matches(file.Text).Select(match => $"{file.Path}: {match.Value} is a path of one machine");

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:class|record(?: struct| class)?|struct|interface|enum|delegate [\w<>\[\]?., ]+?) (?<name>\w+)(?=[\s<({:;]|$)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"(?<before>(?:^(?:///|\[|#).*\n)*)^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:class|record(?: struct| class)?|struct|interface|enum|delegate [\w<>\[\]?., ]+?) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"\[LoggerMessage\([^\n]*")]
    private static partial Regex LoggedEvent();

    [GeneratedRegex(@"(?<![\w./~-])(?:/(?:home|Users|root|work)/\w[\w.-]*|[A-Z]:\\Users\\\w+)")]
    private static partial Regex MachinePath();
}
