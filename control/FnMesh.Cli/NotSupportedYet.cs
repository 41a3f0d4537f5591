using System.Collections.Immutable;

namespace FnMesh.Cli;

/// <summary>The one list of commands that the contract names and that do nothing yet.</summary>
internal static class NotSupportedYet
{
    private static readonly ImmutableArray<string> Commands =
    [
        "apply", "delete", "diff",
        "why",
        "tap", "top", "audit",
    ];

    /// <summary>The command that <paramref name="args"/> begin with, if it is one of the list.</summary>
    public static string? Find(IReadOnlyList<string> args) => Commands.FirstOrDefault(command =>
    {
        var words = command.Split(' ');
        return args.Take(words.Length).SequenceEqual(words);
    });
}
