using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class DeadLettersCommand
{
    public static Command Create(Terminal terminal) => new("deadletters", "Look at events that could not be delivered, deliver them again, or discard them.") { List(terminal), Show(terminal), LetterCommands.Redrive(terminal), LetterCommands.Discard(terminal) };

    private static Command List(Terminal terminal)
    {
        var subscription = new Option<string?>("--subscription") { Description = "Only those of this subscription", HelpName = "NAME" };
        subscription.CompletionSources.Add(context => LiveNames.Of(context, terminal).Resources("Subscription"));
        var page = new PageOptions();
        var command = new Command("list", "List dead letters, newest first.") { subscription };
        page.AddTo(command);
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
            session.ShowAsync(page.Path("/api/v1/deadletters", parsed, ("subscription", parsed.GetValue(subscription))), Table, cancel));
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var id = new Argument<long>("ID") { Description = "The dead letter's number" };
        var command = new Command("show", "Show one dead letter with its attempts.") { id };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
            session.ShowAsync($"/api/v1/deadletters/{parsed.GetValue(id)}", YamlText.Write, cancel));
        return command;
    }

    private static string Table(JsonNode body) => TextTable.Render([
        ["ID", "TIME", "SUBSCRIPTION", "TYPE", "EVENT", "DELIVERIES", "CODE", "VERDICT", "REASON"],
        .. body.Items().Select(Row)]);

    private static string[] Row(JsonNode? item)
    {
        var attributes = ((item as JsonObject)?["event"] as JsonObject)?["attributes"];
        return
        [
            item.Text("id"), item.Text("time"), item.Text("subscription"), attributes.Text("type"), attributes.Text("id"),
            item.Text("deliveries"), item.Text("code"), item.Text("verdict"), item.Text("reason"),
        ];
    }
}
