using System.CommandLine;
using System.Diagnostics;

using FnMesh.Cli.Up;
using FnMesh.Node.Members;

namespace FnMesh.Cli.Commands;

internal static class DownCommand
{
    /// <summary>An <c>up</c> promises to end within 10 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "The folder of the mesh, or one below it", DefaultValueFactory = _ => "." };
        var command = new Command("down", "End the 'up' of a folder as Ctrl+C does, and wait until it has ended.") { directory };
        command.SetAction((parsed, cancel) =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(directory)!, terminal.CurrentDirectory);
            if (Directory.Exists(folder)) return RunAsync(folder, terminal, cancel);
            terminal.Complain($"there is no folder '{folder}'");
            return Task.FromResult(ExitCode.WrongUsage);
        });
        return command;
    }

    private static async Task<int> RunAsync(string folder, Terminal terminal, CancellationToken cancel)
    {
        // One that is still starting has written no up.json yet.
        var data = UpFile.Find(folder)?.File.Data ?? Path.Combine(folder, DataDirectory.DefaultName);
        if (DataDirectory.HolderOf(data) is not { } id)
        {
            terminal.Error.WriteLine($"fnmesh: no 'up' of '{folder}' runs");
            return ExitCode.Done;
        }

        using var deadline = new CancellationTokenSource(Patience, terminal.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            using var up = Process.GetProcessById(id);
            if (!await EndRequest.SendAsync(up, either.Token))
            {
                terminal.Complain($"process {id} cannot be asked to end; it may be another user's");
                return ExitCode.Failed;
            }

            await up.WaitForExitAsync(either.Token);
        }
        catch (ArgumentException)
        {
            // It ended by itself.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            terminal.Complain($"process {id} has not ended within {Patience.TotalSeconds:0} s");
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }
}
