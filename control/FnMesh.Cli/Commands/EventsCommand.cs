using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class EventsCommand
{
    public static Command Create(Terminal terminal) => new("events", "Look into the event log.") { List(terminal), Show(terminal) };

    private static Command List(Terminal terminal)
    {
        var type = new Option<string?>("--type") { Description = "Only events of this type", HelpName = "TYPE" };
        var page = new PageOptions();
        var command = new Command("list", "List events, newest first.") { type };
        page.AddTo(command);
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
            session.ShowAsync(page.Path("/api/v1/events", parsed, ("type", parsed.GetValue(type))), Table, cancel));
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var id = new Argument<string>("OFFSET|ID") { Description = "The event's offset in the log, or its id" };
        var command = new Command("show", "Show one event whole.") { id };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
            session.ShowAsync($"/api/v1/events/{Uri.EscapeDataString(parsed.GetValue(id)!)}", YamlText.Write, cancel));
        return command;
    }

    private static string Table(JsonNode body) => TextTable.Render([
        ["OFFSET", "RECEIVED", "TYPE", "SOURCE", "ID", "SUBJECT", "BYTES", "TRACE"],
        .. body.Items().Select(Row)]);

    private static string[] Row(JsonNode? item)
    {
        var attributes = (item as JsonObject)?["attributes"];
        return
        [
            item.Text("offset"), item.Text("received"), attributes.Text("type"), attributes.Text("source"), attributes.Text("id"),
            attributes.Text("subject"), item.Text("dataLength"), item.Text("traceId"),
        ];
    }
}
