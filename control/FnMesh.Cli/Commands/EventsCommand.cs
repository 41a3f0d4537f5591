using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class EventsCommand
{
    public static Command Create(Terminal terminal) => new("events", "Look into the event log, and deliver events again.") { List(terminal), Show(terminal), ReplayCommands.Replay(terminal), ReplayCommands.Replays(terminal) };

    private static Command List(Terminal terminal)
    {
        var filter = new EventFilter();
        var since = new Option<string?>("--since") { Description = "Only events that were received then or later, such as 2026-01-31T08:00:00Z", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Only events that were received before", HelpName = "TIME" };
        var page = new PageOptions();
        var command = new Command("list", "List events, newest first.") { since, until };
        filter.AddTo(command);
        page.AddTo(command);
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var answer = await session.GetAsync(
                page.Path("/api/v1/events", parsed, [.. filter.Query(parsed), ("since", parsed.GetValue(since)), ("until", parsed.GetValue(until))]), cancel);
            if (answer is not { Succeeded: true, Body: { } body }) return session.Fail(answer);
            // A search may end before it has found as many as were asked for.
            if (body.Text("next") is { Length: > 0 } next) await terminal.Error.WriteLineAsync($"there may be more: --before {next}");
            return session.Print(body, Table);
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var id = new Argument<string>("OFFSET|ID") { Description = "The event's place in the log as the list shows it, or its id" };
        var command = new Command("show", "Show one event whole.") { id };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
            session.ShowAsync($"/api/v1/events/{Uri.EscapeDataString(parsed.GetValue(id)!)}", YamlText.Write, cancel));
        return command;
    }

    private static string Table(JsonNode body) => TextTable.Render([
        ["OFFSET", "RECEIVED", "TYPE", "SOURCE", "ID", "SUBJECT", "BYTES", "TRACE"],
        .. body.Items().Select(Row)]);

    /// <summary>Offsets of several partitions say nothing without them.</summary>
    private static string Place(JsonNode? item) => item.Text("partition") is { Length: > 0 } partition ? $"{partition}:{item.Text("offset")}" : item.Text("offset");

    private static string[] Row(JsonNode? item)
    {
        var attributes = (item as JsonObject)?["attributes"];
        return
        [
            Place(item), item.Text("received"), attributes.Text("type"), attributes.Text("source"), attributes.Text("id"),
            attributes.Text("subject"), item.Text("dataLength"), item.Text("traceId"),
        ];
    }
}
