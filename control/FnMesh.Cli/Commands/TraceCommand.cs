using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Tracing;

namespace FnMesh.Cli.Commands;

internal static class TraceCommand
{
    public static Command Create(Terminal terminal)
    {
        var id = new Argument<string>("ID") { Description = "A trace id: 32 hexadecimal digits" };
        id.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(token.Value.Length == 32 && token.Value.All(char.IsAsciiHexDigit)))
                result.AddError($"'{token.Value}' is no trace id, which has 32 hexadecimal digits; 'fnmesh events list' shows the ids of events' traces");
        });
        var command = new Command("trace", "Draw a call and every event that it caused as one tree.") { id };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
            session.ShowAsync(
                $"/api/v1/traces/{Uri.EscapeDataString(parsed.GetValue(id)!.ToLowerInvariant())}",
                Tree,
                cancel));
        return command;
    }

    private static string Tree(JsonNode body)
    {
        using var trace = JsonDocument.Parse(body.ToJsonString());
        return TraceTree.Render(trace.RootElement).TrimEnd('\n');
    }
}
