using System.CommandLine;
using System.Diagnostics;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;
using FnMesh.Cli.Up;
using FnMesh.Node.Members;

namespace FnMesh.Cli.Commands;

internal static class DownCommand
{
    /// <summary>An <c>up</c> promises to end within 10 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string?>("DIR") { Description = "The folder of the mesh, or one below it (default: .)", Arity = ArgumentArity.ZeroOrOne };
        var control = new Option<string?>("--control") { Description = "The control service of the 'up', in place of DIR; it runs on this machine", HelpName = "URL" };
        var command = new Command("down", "End the 'up' of a folder as Ctrl+C does, and wait until it has ended.") { directory, control };
        command.Validators.Add(result =>
        {
            if (result.GetValue(directory) is not null && result.GetValue(control) is not null) result.AddError("down takes DIR or --control, not both");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(control) is { } url)
            {
                var (asked, exit) = await FolderOfAsync(url, terminal, cancel);
                return asked is null ? exit : await RunAsync(asked, terminal, cancel);
            }

            var folder = Path.GetFullPath(parsed.GetValue(directory) ?? ".", terminal.CurrentDirectory);
            if (Directory.Exists(folder)) return await RunAsync(folder, terminal, cancel);
            terminal.Complain($"there is no folder '{folder}'");
            return ExitCode.WrongUsage;
        });
        return command;
    }

    /// <summary>The folder of the <c>up</c> whose control service an address is; null when it is none of this machine, with the exit code.</summary>
    private static async Task<(string? Folder, int Exit)> FolderOfAsync(string url, Terminal terminal, CancellationToken cancel)
    {
        if (ControlAddress.Find(url, terminal) is not { } address)
        {
            terminal.Complain(ControlAddress.NoUrl(url, terminal));
            return (null, ExitCode.WrongUsage);
        }

        using var http = new MeshHttp();
        var mesh = await http.GetAsync(new Uri(address.Control, "/api/v1/mesh"), address.Source, cancel);
        if (!mesh.Succeeded)
        {
            terminal.Complain(TextTable.Visible(mesh.Failure));
            return (null, mesh.Exit);
        }

        // Its own file must say the same: what answers may be another machine's, or stand behind a tunnel.
        if (mesh.Body.Text("folder") is { Length: > 0 } folder && UpFile.Read(UpFile.PathIn(folder)) is { } up && Uri.TryCreate(up.Control, UriKind.Absolute, out var own) && own.Port == address.Control.Port && address.Control.IsLoopback)
            return (folder, ExitCode.Done);
        terminal.Complain($"what answers at {address.Control} is no 'fnmesh up' of this machine; stop it where it was started");
        return (null, ExitCode.Failed);
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
