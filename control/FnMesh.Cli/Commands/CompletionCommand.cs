using System.CommandLine;

using FnMesh.Cli.Completion;

namespace FnMesh.Cli.Commands;

internal static class CompletionCommand
{
    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh", HelpName = "SHELL" };
        shell.CompletionSources.Add("bash", "zsh", "fish", "pwsh");
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ShellScripts.Of(token.Value) is null) result.AddError($"there is no completion for '{token.Value}'; choose bash, zsh, fish or pwsh");
        });
        var command = new Command("completion", "Print a script that lets a shell complete commands, options and the names of the running mesh. Its first lines say where to put it.") { shell };
        command.SetAction(parsed =>
        {
            terminal.Out.WriteLine(ShellScripts.Of(parsed.GetValue(shell)!));
            return ExitCode.Done;
        });
        return command;
    }
}
