using System.CommandLine;

using FnMesh.Cli.Init;
using FnMesh.Cli.Up;
using FnMesh.Control;

namespace FnMesh.Cli.Commands;

internal static class InitCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "The folder; made when it is not there", DefaultValueFactory = _ => "." };
        var command = new Command("init", "Make a folder a mesh: a policy file for each project that none runs yet. Nothing is overwritten.") { directory };
        command.SetAction(parsed => Run(parsed.GetValue(directory)!, terminal));
        return command;
    }

    private static int Run(string directory, Terminal terminal)
    {
        try
        {
            if (File.Exists(directory))
            {
                terminal.Complain($"'{directory}' is a file; init takes a folder");
                return ExitCode.WrongUsage;
            }

            Directory.CreateDirectory(directory);
            var plan = InitPlan.Of(directory, terminal.Time);
            foreach (var note in plan.Notes) terminal.Error.WriteLine($"fnmesh: {note}");
            if (!plan.Faults.IsEmpty)
            {
                foreach (var fault in plan.Faults) terminal.Error.WriteLine(fault);
                terminal.Complain("nothing was written");
                return ExitCode.PolicyRefused;
            }

            Write(directory, plan, terminal);
            return Check(directory, plan, terminal);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            terminal.Complain(failure.Message);
            return ExitCode.Failed;
        }
    }

    private static void Write(string directory, InitPlan plan, Terminal terminal)
    {
        foreach (var (path, text) in plan.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // Somebody may have made it since.
            using (var file = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write))) file.Write(text);
            terminal.Out.WriteLine($"wrote {path}");
        }

        if (IgnoreFile.Complete(directory) is { } done) terminal.Out.WriteLine(done);
        SchemaFolder.Write(directory);
    }

    private static int Check(string directory, InitPlan plan, Terminal terminal)
    {
        var policy = new PolicyFolder(Path.Combine(directory, "policies"), terminal.Time).Load();
        foreach (var diagnostic in policy.Diagnostics) terminal.Error.WriteLine(diagnostic);
        if (policy.Snapshot is null) return ExitCode.PolicyRefused;
        var where = directory == "." ? "" : $" {directory}";
        if (!plan.HasApps) terminal.Out.WriteLine($"No project here can be an app yet: 'dotnet new fnmesh' makes a function app; then 'fnmesh init{where}' once more.");
        terminal.Out.WriteLine($"next: fnmesh up{where}");
        return ExitCode.Done;
    }
}
