using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;
using FnMesh.Control;

namespace FnMesh.Cli.Commands;

/// <summary>Who may call, publish and receive what, and what an edit would change.</summary>
internal static class AccessCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Option<string?>("--filename", "-f") { Description = "A policy file, or a folder of them, that would take the place of all: show what that would change", HelpName = "PATH" };
        var command = new Command("access", "Show who may call, publish and receive what; with -f, what an edit would change for whom.") { file };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) => parsed.GetValue(file) is { } path
            ? CompareAsync(session, path, terminal, cancel)
            : session.ShowAsync("/api/v1/access", Rows, cancel));
        return command;
    }

    private static async Task<int> CompareAsync(ControlSession session, string path, Terminal terminal, CancellationToken cancel)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            terminal.Complain($"there is no file or folder '{path}'");
            return ExitCode.WrongUsage;
        }

        var policies = Path.Combine(path, "policies");
        var (files, faults) = new PolicyFolder(Directory.Exists(policies) ? policies : path, terminal.Time).ReadSources();
        if (!faults.IsEmpty)
        {
            foreach (var fault in faults) await terminal.Error.WriteLineAsync($"{fault}");
            return ExitCode.PolicyRefused;
        }

        var question = new JsonObject { ["files"] = new JsonArray([.. files.Select(source => (JsonNode)new JsonObject { ["path"] = source.Path, ["text"] = source.Text })]) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(session.Address.Control, "/api/v1/access")) { Content = new StringContent(JsonText.WriteLine(question), Encoding.UTF8, "application/json") };
        var answer = await session.SendAsync(request, cancel);
        if (answer is { Status: 422, Body: { } refused })
        {
            await PolicyChange.ComplainAsync(refused, terminal);
            return ExitCode.PolicyRefused;
        }

        return answer is { Succeeded: true, Body: { } body } ? session.Print(body, Changes) : session.Fail(answer);
    }

    private static string Rows(JsonNode body) => TextTable.Render(
        [["WHO", "OPERATION", "WHAT", "MAY", "LIMITS", "BY"], .. body.Items().Select(row => new[] { row.Text("who"), row.Text("operation"), row.Text("what"), row.Text("may"), row.Text("limits"), row.Text("by") })]);

    private static string Changes(JsonNode body) => body.Items().Any()
        ? TextTable.Render([["WHO", "OPERATION", "WHAT", "BEFORE", "AFTER", "BY"], .. body.Items().Select(change => new[] { change.Text("who"), change.Text("operation"), change.Text("what"), May(change?["before"]), May(change?["after"]), change?["after"].Text("by") ?? "" })])
        : "nobody's access would change";

    private static string May(JsonNode? row) => row is null ? "-" : row.Text("limits") is { Length: > 0 } limits ? $"{row.Text("may")}: {limits}" : row.Text("may");
}
