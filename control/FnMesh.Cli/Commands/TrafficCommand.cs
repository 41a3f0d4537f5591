using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class TrafficCommand
{
    public static Command Create(Terminal terminal)
    {
        var app = new Argument<string>("APP") { Description = "The app" };
        var shares = new Argument<string[]>("REV=PERCENT") { Description = "New shares, which add up to 100; a revision that is not named gets 0. Without any the split is shown", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("traffic", "Show or change how an app's traffic is split between its revisions. A change is written into the app's policy file and is live when this ends.") { app, shares };
        LiveNames.Complete(app, terminal, (names, _) => names.Apps());
        LiveNames.Complete(shares, terminal, (names, written) => written(app) is { } one ? names.Revisions(one).Select(revision => $"{revision}=") : []);
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var path = $"/api/v1/apps/{Uri.EscapeDataString(parsed.GetValue(app)!)}/traffic";
            if (parsed.GetValue(shares) is not { Length: > 0 } written) return await session.ShowAsync(path, Table, cancel);
            if (Read(written, out var wanted) is { } misuse)
            {
                terminal.Complain(misuse);
                return ExitCode.WrongUsage;
            }

            return await ChangeAsync(session, path, wanted, terminal, cancel);
        });
        return command;
    }

    private static async Task<int> ChangeAsync(ControlSession session, string path, JsonArray wanted, Terminal terminal, CancellationToken cancel)
    {
        var body = JsonText.WriteLine(new JsonObject { ["traffic"] = wanted });
        var answer = await session.SendAsync(
            new HttpRequestMessage(HttpMethod.Put, new Uri(session.Address.Control, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") }, cancel);
        if (answer is { Status: 422, Body: { } refused })
        {
            foreach (var found in refused.Items("diagnostics"))
                await terminal.Error.WriteLineAsync(TextTable.Visible($"{found.Text("file")}:{found.Text("line")}:{found.Text("column")}: {found.Text("severity")} {found.Text("code")}: {found.Text("message")}"));
            terminal.Complain(TextTable.Visible(refused.Text("detail")));
            return ExitCode.PolicyRefused;
        }

        if (answer is not { Succeeded: true, Body: { } live }) return session.Fail(answer);
        var exit = session.Print(live, Table);
        var where = live.Text("changed") == "true" ? $"written to {live.Text("origin")} and live" : "live, as it was written already";
        await terminal.Error.WriteLineAsync(TextTable.Visible(live.Text("served") == "true" ? where : $"{where} in control; no gateway serves it yet"));
        return exit;
    }

    /// <returns>What is wrong; null when nothing is.</returns>
    private static string? Read(string[] written, out JsonArray wanted)
    {
        wanted = [];
        var sum = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var share in written)
        {
            if (share.Split('=') is not [{ Length: > 0 } revision, var percent] || !int.TryParse(percent.EndsWith('%') ? percent[..^1] : percent, NumberStyles.None, CultureInfo.InvariantCulture, out var part) || part > 100)
                return $"'{share}' is not REVISION=PERCENT, with a whole percent from 0 to 100";
            if (!seen.Add(revision)) return $"'{revision}' has two shares";
            sum += part;
            wanted.Add(new JsonObject { ["revisionName"] = revision, ["percent"] = part });
        }

        return sum == 100 ? null : $"the percents add up to {sum}, not to 100; a revision that is not named gets 0";
    }

    private static string Table(JsonNode body) => TextTable.Render([
        ["REVISION", "PERCENT", "NOW", "READY"],
        .. body.Items("traffic").Select(share => new[]
        {
            share.Text("revisionName"),
            body.Text("written") == "true" ? share.Text("percent") : "-",
            $"{share.Text("now")} %",
            $"{share.Text("endpoints")} of {share.Text("replicas")} endpoints",
        })]);
}
