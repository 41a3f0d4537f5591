using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Output;
using FnMesh.Control;
using FnMesh.Policy;

namespace FnMesh.Cli.Commands;

internal static class ValidateCommand
{
    public static Command Create(Terminal terminal)
    {
        const string What = "A policy file, a folder of them, or a folder with policies/";
        var path = new Argument<string?>("PATH") { Description = $"{What} (default: .)", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--filename", "-f") { Description = $"{What}; the same as PATH", HelpName = "PATH" };
        var format = OutputOption.Create();
        var command = new Command("validate", "Check policy files offline; every fault at once.") { path, file, format };
        command.Validators.Add(result =>
        {
            if (result.GetValue(path) is not null && result.GetValue(file) is not null)
                result.AddError("validate takes one PATH, with or without -f before it");
        });
        command.SetAction(parsed => Run(parsed.GetValue(path) ?? parsed.GetValue(file) ?? ".", parsed.GetValue(format), terminal));
        return command;
    }

    private static int Run(string path, OutputFormat format, Terminal terminal)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            terminal.Complain($"there is no file or folder '{path}'");
            return ExitCode.WrongUsage;
        }

        var policies = Path.Combine(path, "policies");
        var compilation = new PolicyFolder(Directory.Exists(policies) ? policies : path, terminal.Time) { FindsProjects = true }.Load();
        if (format == OutputFormat.Table)
        {
            foreach (var diagnostic in compilation.Diagnostics)
                terminal.Error.WriteLine(diagnostic);
            if (compilation.Snapshot is { } snapshot)
                terminal.Out.WriteLine($"{Counted.Of(compilation.Resources.Length, "resource")} valid, policy {snapshot.Hash[..8]}");
            else
                terminal.Complain($"{Counted.Of(compilation.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error), "error")}; nothing would be applied");
        }
        else
        {
            var report = Report(compilation);
            terminal.Out.WriteLine(format == OutputFormat.Json ? JsonText.Write(report) : YamlText.Write(report));
        }

        return compilation.Snapshot is null ? ExitCode.PolicyRefused : ExitCode.Done;
    }

    private static JsonObject Report(PolicyCompilation compilation) => new()
    {
        ["valid"] = compilation.Snapshot is not null,
        ["policy"] = compilation.Snapshot?.Hash,
        ["diagnostics"] = new JsonArray([.. compilation.Diagnostics.Select(Report)]),
    };

    private static JsonNode Report(Diagnostic diagnostic) => new JsonObject
    {
        ["severity"] = diagnostic.Severity == Severity.Error ? "error" : "warning",
        ["code"] = diagnostic.Code,
        ["file"] = diagnostic.Origin.File,
        ["line"] = diagnostic.Origin.Line,
        ["column"] = diagnostic.Origin.Column,
        ["message"] = diagnostic.Message,
    };
}
