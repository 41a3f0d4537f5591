using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;

namespace FnMesh.Cli.Commands;

internal static class SubscriptionsCommand
{
    public static Command Create(Terminal terminal) => new("subscriptions", "Let events of a subscription wait, or go on.")
    {
        Change(terminal, "pause", true, "Let the events of a subscription wait in the log; what is in flight goes on. It is written into the subscription's policy file and is live when this ends."),
        Change(terminal, "resume", false, "Deliver the events of a subscription that was paused, from where it stands. It is written into the subscription's policy file and is live when this ends."),
    };

    private static Command Change(Terminal terminal, string word, bool paused, string description)
    {
        var name = new Argument<string>("NAME") { Description = "The subscription" };
        name.CompletionSources.Add(context => LiveNames.Of(context, terminal).Resources("Subscription"));
        var ns = NamespaceOption.Create();
        var command = new Command(word, description) { name, ns };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) => PolicyChange.SendAsync(
            session, $"/api/v1/subscriptions/{Uri.EscapeDataString(parsed.Qualify(ns, parsed.GetValue(name)!))}/paused", new JsonObject { ["paused"] = paused }, Line, terminal, cancel));
        return command;
    }

    private static string Line(JsonNode body) => $"{body.Text("subscription")} {(body.Text("paused") == "true" ? "is paused: its events wait in the log" : "is not paused")}";
}
