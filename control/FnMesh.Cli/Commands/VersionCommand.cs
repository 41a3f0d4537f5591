using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;

using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class VersionCommand
{
    public static Command Create(Terminal terminal)
    {
        var format = OutputOption.Create();
        var command = new Command("version", "Print the version.") { format };
        command.SetAction(parsed =>
        {
            var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            terminal.Out.WriteLine(parsed.GetValue(format) switch
            {
                OutputFormat.Json => JsonText.Write(new JsonObject { ["version"] = version }),
                OutputFormat.Yaml => YamlText.Write(new JsonObject { ["version"] = version }),
                _ => $"fnmesh {version}",
            });
            return ExitCode.Done;
        });
        return command;
    }
}
