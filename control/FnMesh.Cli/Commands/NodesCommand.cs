using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class NodesCommand
{
    public static Command Create(Terminal terminal)
    {
        var ns = NamespaceOption.Create("Only those of apps in this namespace (default: all, and gateways)");
        var command = new Command("nodes", "List gateways and endpoints of functions: who they are, what they serve, what they refuse.") { ns };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
            session.ShowAsync(parsed.GetValue(ns) is { } one ? $"/api/v1/nodes?namespace={one}" : "/api/v1/nodes", Table, cancel));
        return command;
    }

    private static string Table(JsonNode body) => TextTable.Render([
        ["NODE", "ROLE", "REVISION", "STATE", "IDENTITY", "ADDRESS", "POLICY", "SVID ENDS", "SIGNED BY", "FAULT"],
        .. body.Items().Select(Row)]);

    private static string[] Row(JsonNode? item) =>
    [
        item.Text("name"),
        item.Text("role"),
        item.Text("revision"),
        State(item),
        item.Text("identity"),
        item.Text("address"),
        item.Text("policy") is { Length: > 8 } hash ? hash[..8] : item.Text("policy"),
        Short(item.Text("svidEnds")),
        Authority(item.Text("signer")),
        string.Join("; ", item.Items("faults").Select(fault => fault?.GetValue<string>())),
    ];

    private static string State(JsonNode? item) => item.Text("state") switch
    {
        "silent" => $"silent, gone at {Short(item.Text("leaseEnds"))}",
        var state => state,
    };

    /// <summary>To the second, in UTC.</summary>
    private static string Short(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) ? read.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ssZ", CultureInfo.InvariantCulture) : time;

    /// <summary>The part of the name in which authorities of one mesh differ.</summary>
    private static string Authority(string name) => name.Split(' ') is ["CN=FnMesh", "authority", var key, ..] ? key : name;
}
