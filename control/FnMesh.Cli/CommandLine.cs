using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.CommandLine.Completions;

using FnMesh.Cli.Commands;

namespace FnMesh.Cli;

/// <summary>From arguments to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>EPIPE of Linux and macOS.</summary>
    private const int BrokenPipe = 32;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancel)
    {
        if (NotSupportedYet.Find(args) is { } command)
        {
            terminal.Complain($"'{command}' is not supported yet; 'fnmesh --help' lists what is");
            return ExitCode.WrongUsage;
        }

        // No response files: '@' belongs to the user's data.
        var root = Build(terminal);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        var faults = parsed.Action is HelpAction || parsed.GetResult(root.Options.OfType<VersionOption>().Single()) is not null || parsed.GetResult(SuggestionOf(root)) is not null ? [] : UsageFaults.Of(parsed);
        if (faults.Count > 0)
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
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk behind '>', or a reader who has gone, as `head` does: he has enough.
            if (failure.HResult != BrokenPipe) TryComplain(terminal, failure.Message);
            return ExitCode.Failed;
        }
    }

    private static void TryComplain(Terminal terminal, string sentence)
    {
        try
        {
            terminal.Complain(sentence);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nobody hears it.
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
        ExplainCommand.Create(terminal),
        AccessCommand.Create(terminal),
        TrafficCommand.Create(terminal),
        SubscriptionsCommand.Create(terminal),
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

    /// <summary>What shells ask with for the words that may stand at a place of a command line.</summary>
    private static SuggestDirective SuggestionOf(RootCommand root) => root.Directives.OfType<SuggestDirective>().Single();

    private static string NameOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Parent is CommandResult parent; result = parent)
            names.Push(result.Command.Name);
        return string.Join(' ', names.Prepend("fnmesh"));
    }
}
