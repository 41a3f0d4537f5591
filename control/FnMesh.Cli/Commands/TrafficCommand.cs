using System.CommandLine;
using System.Globalization;
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
        var ns = NamespaceOption.Create();
        var command = new Command("traffic", "Show or change how an app's traffic is split between its revisions. A change is written into the app's policy file and is live when this ends.") { app, shares, ns };
        LiveNames.Complete(app, terminal, (names, _) => names.Apps());
        LiveNames.Complete(shares, terminal, (names, written) => written(app) is { } one ? names.Revisions(one).Select(revision => $"{revision}=") : []);
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var path = $"/api/v1/apps/{Uri.EscapeDataString(parsed.Qualify(ns, parsed.GetValue(app)!))}/traffic";
            if (parsed.GetValue(shares) is not { Length: > 0 } written) return await session.ShowAsync(path, Table, cancel);
            if (Read(written, out var wanted) is { } misuse)
            {
                terminal.Complain(misuse);
                return ExitCode.WrongUsage;
            }

            return await PolicyChange.SendAsync(session, path, new JsonObject { ["traffic"] = wanted }, Table, terminal, cancel);
        });
        return command;
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
