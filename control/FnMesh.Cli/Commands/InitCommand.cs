using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Init;
using FnMesh.Cli.Output;
using FnMesh.Cli.Up;
using FnMesh.Control;

namespace FnMesh.Cli.Commands;

internal static class InitCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "The folder; made when it is not there", DefaultValueFactory = _ => "." };
        directory.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0)) result.AddError("DIR is empty; name a folder");
        });
        var format = OutputOption.Create();
        var command = new Command("init", "Make a folder a mesh: a policy file for each project that none runs yet. Nothing is overwritten.") { directory, format };
        command.SetAction(parsed => Run(parsed.GetValue(directory)!, parsed.GetValue(format), terminal));
        return command;
    }

    private static int Run(string directory, OutputFormat format, Terminal terminal)
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

            Write(directory, plan, format == OutputFormat.Table ? terminal.Out : TextWriter.Null);
            return Check(directory, plan, format, terminal);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            terminal.Complain(failure.Message);
            return ExitCode.Failed;
        }
    }

    private static void Write(string directory, InitPlan plan, TextWriter told)
    {
        foreach (var (path, text) in plan.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // Somebody may have made it since.
            using (var file = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write))) file.Write(text);
            told.WriteLine($"wrote {path}");
        }

        if (IgnoreFile.Complete(directory) is { } done) told.WriteLine(done);
        SchemaFolder.Write(directory);
    }

    private static int Check(string directory, InitPlan plan, OutputFormat format, Terminal terminal)
    {
        var policy = new PolicyFolder(Path.Combine(directory, "policies"), terminal.Time).Load();
        foreach (var diagnostic in policy.Diagnostics) terminal.Error.WriteLine(diagnostic);
        if (policy.Snapshot is null) return ExitCode.PolicyRefused;
        var where = directory == "." ? "" : $" {directory}";
        if (format != OutputFormat.Table)
        {
            var report = new JsonObject { ["wrote"] = new JsonArray([.. plan.Files.Select(file => (JsonNode)file.Path)]), ["hasApps"] = plan.HasApps, ["next"] = plan.HasApps ? $"fnmesh up{where}" : "dotnet new fnmesh" };
            terminal.Out.WriteLine(format == OutputFormat.Json ? JsonText.Write(report) : YamlText.Write(report));
            return ExitCode.Done;
        }

        terminal.Out.WriteLine(plan.HasApps ? $"next: fnmesh up{where}" : $"No project here can be an app yet: 'dotnet new fnmesh' makes a function app; then 'fnmesh init{where}' once more.");
        return ExitCode.Done;
    }
}
