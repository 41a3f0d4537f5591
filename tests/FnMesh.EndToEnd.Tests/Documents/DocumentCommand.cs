using System.Text.RegularExpressions;

namespace FnMesh.EndToEnd.Tests.Documents;

/// <summary>A command that a document tells its reader to type: a line of a shell block, or <c>./fnmesh …</c> in backticks.</summary>
/// <param name="Document">Its path from the root of the clone.</param>
/// <param name="Line">Where in it, from 1.</param>
/// <param name="Text">The command without prompt and comment.</param>
internal sealed partial record DocumentCommand(string Document, int Line, string Text)
{
    /// <summary>All commands of a document, in its order.</summary>
    public static IEnumerable<DocumentCommand> In(string document, string text)
    {
        var (block, number) = ("", 0);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (Fence().Match(line) is { Success: true } fence)
            {
                block = block.Length > 0 ? "" : fence.Groups["language"] is { Length: > 0 } language ? language.Value : "text";
                continue;
            }

            IEnumerable<string> typed = block switch
            {
                "" => Inline().Matches(line).Select(match => match.Groups["command"].Value),
                "sh" or "bash" or "shell" => [line],
                "console" => Prompted().Match(line) is { Success: true } prompted ? [prompted.Groups["command"].Value] : [],
                _ => [],
            };
            foreach (var command in typed.Select(WithoutComment).Where(command => command.Length > 0))
                yield return new(document, number, command);
        }
    }

    public override string ToString() => $"{Document}:{Line}: {Text}";

    private static string WithoutComment(string line) => Comment().Replace(line, "").Trim();

    [GeneratedRegex(@"^\s*```(?<language>\w*)")]
    private static partial Regex Fence();

    [GeneratedRegex(@"`(?<command>\./fnmesh \w[^`]*)`")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\$ (?<command>.+)")]
    private static partial Regex Prompted();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();
}
