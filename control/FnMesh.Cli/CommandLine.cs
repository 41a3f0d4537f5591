using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

using FnMesh.Cli.Commands;

namespace FnMesh.Cli;

/// <summary>From arguments to an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancel)
    {
        if (NotSupportedYet.Find(args) is { } command)
        {
            terminal.Complain($"'{command}' is not supported yet; 'fnmesh --help' lists what is");
            return ExitCode.WrongUsage;
        }

        // No response files: '@' belongs to the user's data.
        var parsed = Build(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        var faults = parsed.Errors.Select(error => error.Message).Concat(UnknownOptions(parsed)).Distinct().ToArray();
        if (faults.Length > 0 && parsed.Action is not HelpAction)
        {
            foreach (var fault in faults)
                terminal.Complain(fault);
            terminal.Error.WriteLine($"Try '{NameOf(parsed)} --help'.");
            return ExitCode.WrongUsage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Failed;
        }
    }

    internal static RootCommand Build(Terminal terminal)
    {
        var root = Commands(terminal);
        // Aliases of another system, which completion would offer for every word.
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Aliases.Remove("/h");
            help.Aliases.Remove("/?");
        }

        return root;
    }

    private static RootCommand Commands(Terminal terminal) => new("A mesh for functions: calls and events through one gateway.")
    {
        InitCommand.Create(terminal),
        UpCommand.Create(terminal),
        WaitCommand.Create(terminal),
        DownCommand.Create(terminal),
        ValidateCommand.Create(terminal),
        GetCommand.Create(terminal),
        DescribeCommand.Create(terminal),
        TrafficCommand.Create(terminal),
        LogsCommand.Create(terminal),
        CallCommand.Create(terminal),
        PublishCommand.Create(terminal),
        InvokeCommand.Create(terminal),
        EventsCommand.Create(terminal),
        DeadLettersCommand.Create(terminal),
        TraceCommand.Create(terminal),
        NodesCommand.Create(terminal),
        IdentityCommand.Create(terminal),
        ControlCommand.Create(terminal),
        GatewayCommand.Create(terminal),
        ShimCommand.Create(terminal),
        DoctorCommand.Create(terminal),
        CompletionCommand.Create(terminal),
        VersionCommand.Create(terminal),
    };

    /// <summary>A misspelt option must not pass for an argument; behind <c>--</c> anything goes.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).ToHashSet(ReferenceEqualityComparer.Instance);
        return parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal) && arguments.Contains(token))
            .Select(token => $"there is no option '{token.Value}'");
    }

    private static string NameOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Parent is CommandResult parent; result = parent)
            names.Push(result.Command.Name);
        return string.Join(' ', names.Prepend("fnmesh"));
    }
}
