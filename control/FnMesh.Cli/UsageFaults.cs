using System.CommandLine;
using System.CommandLine.Parsing;

using FnMesh.Policy;

namespace FnMesh.Cli;

/// <summary>What is wrong with a command line, in sentences that name the word and the mend.</summary>
internal static class UsageFaults
{
    /// <summary>What other tools call these options.</summary>
    private static readonly Dictionary<string, string> Usual = new()
    {
        ["--port"] = "--gateway-port",
        ["--http-port"] = "--gateway-port",
        ["--edge-port"] = "--gateway-port",
        ["--api-port"] = "--control-port",
        ["--admin-port"] = "--control-port",
        ["--dashboard-port"] = "--control-port",
    };

    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var misspelt = UnknownOptions(parsed).Select(option => $"there is no option '{option}'{Hint(option, [.. Options(parsed)])}").ToArray();
        if (misspelt.Length > 0) return misspelt;
        if (command.Action is null && command.Subcommands.Count > 0) return [LacksCommand(parsed, command)];
        return [.. parsed.Errors.Select(error => Sentence(error, command)).Distinct(StringComparer.Ordinal)];
    }

    private static string Hint(string option, IReadOnlyCollection<string> options) =>
        Usual.TryGetValue(option, out var meant) && options.Contains(meant) ? $"; did you mean '{meant}'?" : NearestName.Hint(option, options);

    private static string LacksCommand(ParseResult parsed, Command command)
    {
        var names = command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name).ToArray();
        var name = command is RootCommand ? "fnmesh" : command.Name;
        if (parsed.UnmatchedTokens is not [var word, ..]) return $"'{name}' needs a command{(command is RootCommand ? "" : $": {string.Join(", ", names)}")}";
        var hint = NearestName.Hint(word, names);
        return $"'{name}' has no command '{word}'{(hint.Length > 0 || command is RootCommand ? hint : $"; it has {string.Join(", ", names)}")}";
    }

    private static string Sentence(ParseError error, Command command) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } => $"{option.Option.Name} needs a value",
        ArgumentResult { Tokens.Count: 0 } argument => $"'{command.Name}' needs {argument.Argument.Name}",
        ArgumentResult { Tokens: [var token] } argument when error.Message.Contains("System.Int", StringComparison.Ordinal) =>
            $"{(argument.Parent is OptionResult option ? option.Option.Name : argument.Argument.Name)} is a whole number, not '{token.Value}'",
        _ => error.Message,
    };

    /// <summary>A misspelt option must not pass for an argument; behind <c>--</c> anything goes.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).ToHashSet(ReferenceEqualityComparer.Instance);
        return parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal) && token.Value.Length > 2 && (arguments.Contains(token) || parsed.UnmatchedTokens.Contains(token.Value)))
            .Select(token => token.Value)
            .Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Options(ParseResult parsed)
    {
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options.Where(option => !option.Hidden)) yield return option.Name;
        }
    }
}
