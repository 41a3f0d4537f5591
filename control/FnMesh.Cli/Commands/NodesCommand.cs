using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class NodesCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("nodes", "List gateways and endpoints of functions: who they are, what they serve, what they refuse.");
        ControlSession.Attach(command, terminal, (session, _, cancel) => session.ShowAsync("/api/v1/nodes", Table, cancel));
        return command;
    }

    private static string Table(JsonNode body) => TextTable.Render([
        ["NODE", "ROLE", "REVISION", "IDENTITY", "ADDRESS", "STATE", "POLICY", "FAULT"],
        .. body.Items().Select(Row)]);

    private static string[] Row(JsonNode? item) =>
    [
        item.Text("name"),
        item.Text("role"),
        item.Text("revision"),
        item.Text("identity"),
        item.Text("address"),
        item.Text("connected") == "true" ? "connected" : $"silent, until {item.Text("leaseEnds")}",
        item.Text("policy") is { Length: > 8 } hash ? hash[..8] : item.Text("policy"),
        string.Join("; ", item.Items("faults").Select(fault => fault?.GetValue<string>())),
    ];
}
