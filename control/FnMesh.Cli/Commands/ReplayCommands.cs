using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

/// <summary><c>events replay</c> and <c>events replays</c>.</summary>
internal static class ReplayCommands
{
    private const int MaxRate = 100_000;

    public static Command Replay(Terminal terminal)
    {
        var subscription = SubscriptionOption(terminal, "--subscription", "Whose events: those that its filter wants");
        subscription.Required = true;
        var from = new Option<string?>("--from") { Description = "The first event: an offset, or an instant such as 2026-01-31T08:00:00Z; the oldest event where it is left out", HelpName = "OFFSET|TIME" };
        var to = new Option<string?>("--to") { Description = "Where to end, without what is there itself; the newest event where it is left out", HelpName = "OFFSET|TIME" };
        var into = SubscriptionOption(terminal, "--into", "Which subscription gets them; the same where it is left out");
        var filter = new EventFilter();
        var (rate, dryRun) = (RateOption(), DryRunOption());
        var command = new Command("replay", "Deliver events of the log again, in their order. They come with the header fnmesh-replay.") { subscription, from, to, into, rate, dryRun };
        filter.AddTo(command);
        ControlSession.Attach(command, terminal, (session, parsed, cancel) => StartAsync(session, terminal, filter.AddTo(new JsonObject
        {
            ["source"] = "events",
            ["subscription"] = parsed.GetValue(subscription),
            ["into"] = parsed.GetValue(into),
            ["from"] = parsed.GetValue(from),
            ["to"] = parsed.GetValue(to),
            ["rate"] = parsed.GetValue(rate),
            ["dryRun"] = parsed.GetValue(dryRun),
        }, parsed), cancel));
        return command;
    }

    public static Command Replays(Terminal terminal)
    {
        var stop = new Option<long?>("--stop") { Description = "End this replay; what it put into the log is delivered", HelpName = "NUMBER" };
        var command = new Command("replays", "Show replays and redrives, newest first, or stop one.") { stop };
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            if (parsed.GetValue(stop) is not { } number) return await session.ShowAsync("/api/v1/replays", Table, cancel);
            var answer = await session.SendAsync(new HttpRequestMessage(HttpMethod.Delete, new Uri(session.Address.Control, $"/api/v1/replays/{number}")), cancel);
            return answer is { Succeeded: true, Body: { } body } ? session.Print(body, YamlText.Write) : session.Fail(answer);
        });
        return command;
    }

    /// <summary>Sends what is wanted, and prints what came of it.</summary>
    public static async Task<int> StartAsync(ControlSession session, Terminal terminal, JsonObject wish, CancellationToken cancel)
    {
        var answer = await session.SendAsync(LetterCommands.Post(session, "/api/v1/replays", wish), cancel);
        if (answer is not { Succeeded: true, Body: { } body }) return session.Fail(answer);
        if (body.Text("number").Length == 0) return session.Print(body, Count);
        var exit = session.Print(body, YamlText.Write);
        await terminal.Error.WriteLineAsync($"runs; 'fnmesh events replays' shows how far it is, '--stop {body.Text("number")}' ends it");
        return exit;
    }

    public static Option<string?> SubscriptionOption(Terminal terminal, string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "NAME" };
        option.CompletionSources.Add(context => LiveNames.Of(context, terminal).Resources("Subscription"));
        return option;
    }

    public static Option<int?> RateOption() => new("--rate") { Description = "At most so many a second; as fast as they are stored where it is left out", HelpName = "N", CustomParser = result => WholeNumber.Read(result, "--rate", 1, MaxRate) };

    public static Option<bool> DryRunOption() => new("--dry-run") { Description = "Only count them" };

    private static string Count(JsonNode body) => $"{(body.Text("isAll") == "false" ? "at least " : "")}{Counted.Of(long.Parse(body.Text("events"), CultureInfo.InvariantCulture), "event")}, from {body.Text("from")} up to {body.Text("to")}";

    private static string Table(JsonNode body) => TextTable.Render([
        ["NUMBER", "OF", "SUBSCRIPTION", "INTO", "FROM", "TO", "AT", "EVENTS", "STARTED", "END"],
        .. body.Items().Select(item => new[]
        {
            item.Text("number"), item.Text("source"), item.Text("subscription"), item.Text("into"), item.Text("from"), item.Text("to"), item.Text("place"), item.Text("events"),
            item.Text("started"), item.Text("end") is { Length: > 0 } end ? $"{end} {item.Text("ended")}" : "runs",
        })]);
}
