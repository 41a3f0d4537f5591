using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

/// <summary><c>deadletters redrive</c> and <c>deadletters discard</c>: one by its number, or many by a filter.</summary>
internal static class LetterCommands
{
    private const string OneOrMany = "name one dead letter by its number, or many by --subscription, --type, --source and --subject, or all with --all";

    public static Command Redrive(Terminal terminal)
    {
        var id = IdArgument();
        var filter = new LetterFilter(terminal);
        var into = ReplayCommands.SubscriptionOption(terminal, "--into", "Which subscription gets them; the one whose they are where it is left out");
        var (rate, dryRun) = (ReplayCommands.RateOption(), ReplayCommands.DryRunOption());
        var edited = new Option<string?>("--event") { Description = "With ID: the event as it is to be instead, a file in the JSON format of CloudEvents", HelpName = "FILE" };
        var command = new Command("redrive", "Deliver dead letters again. They come with the header fnmesh-replay, and leave the dead letters.") { id, into, rate, dryRun, edited };
        filter.AddTo(command);
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var (one, filtered) = (parsed.GetValue(id), filter.IsGiven(parsed));
            if (one is null == !filtered || (one is null ? parsed.GetValue(edited) is not null : parsed.GetValue(rate) is not null || parsed.GetValue(dryRun))) return Misused(terminal);
            if (one is { } number) return await RedriveAsync(session, terminal, number, parsed.GetValue(into), parsed.GetValue(edited), cancel);
            return await ReplayCommands.StartAsync(session, terminal, filter.Of(parsed, new JsonObject
            {
                ["source"] = "deadletters",
                ["into"] = parsed.GetValue(into),
                ["rate"] = parsed.GetValue(rate),
                ["dryRun"] = parsed.GetValue(dryRun),
            }), cancel);
        });
        return command;
    }

    public static Command Discard(Terminal terminal)
    {
        var id = IdArgument();
        var filter = new LetterFilter(terminal);
        var dryRun = ReplayCommands.DryRunOption();
        var command = new Command("discard", "Delete dead letters for good.") { id, dryRun };
        filter.AddTo(command);
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var (one, filtered) = (parsed.GetValue(id), filter.IsGiven(parsed));
            if (one is null == !filtered || (one is not null && parsed.GetValue(dryRun))) return Misused(terminal);
            if (one is { } number)
            {
                var gone = await session.SendAsync(new HttpRequestMessage(HttpMethod.Delete, new Uri(session.Address.Control, $"/api/v1/deadletters/{number}")), cancel);
                return gone.Succeeded ? ExitCode.Done : session.Fail(gone);
            }

            var wish = filter.Of(parsed, new JsonObject { ["dryRun"] = parsed.GetValue(dryRun) });
            var answer = await session.SendAsync(Post(session, "/api/v1/deadletters/discard", wish), cancel);
            return answer is { Succeeded: true, Body: { } body } ? session.Print(body, count => $"{Counted.Of(long.Parse(count.Text("events"), CultureInfo.InvariantCulture), "dead letter")}{(parsed.GetValue(dryRun) ? "" : " discarded")}") : session.Fail(answer);
        });
        return command;
    }

    public static HttpRequestMessage Post(ControlSession session, string path, JsonObject body) =>
        new(HttpMethod.Post, new Uri(session.Address.Control, path)) { Content = new StringContent(JsonText.WriteLine(body), Encoding.UTF8, "application/json") };

    private static async Task<int> RedriveAsync(ControlSession session, Terminal terminal, long number, string? into, string? file, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(session.Address.Control, $"/api/v1/deadletters/{number}/redrive{(into is null ? "" : $"?into={Uri.EscapeDataString(into)}")}"));
        if (file is not null)
        {
            try
            {
                request.Content = new ByteArrayContent(await File.ReadAllBytesAsync(Path.GetFullPath(file, terminal.CurrentDirectory), cancel));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                terminal.Complain($"{file}: cannot be read: {failure.Message}");
                return ExitCode.Failed;
            }
        }

        var answer = await session.SendAsync(request, cancel);
        return answer is { Succeeded: true, Body: { } body } ? session.Print(body, stored => $"dead letter {stored.Text("letter")} is delivered again to {stored.Text("subscription")}") : session.Fail(answer);
    }

    private static int Misused(Terminal terminal)
    {
        terminal.Complain($"{OneOrMany}; --event goes with a number, --rate and --dry-run with many");
        return ExitCode.WrongUsage;
    }

    private static Argument<long?> IdArgument() => new("ID") { Description = "The dead letter's number", Arity = ArgumentArity.ZeroOrOne };
}
