using System.Text;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

/// <summary>Asks control to write a change into a policy file and to make it live, and says what came of it.</summary>
internal static class PolicyChange
{
    /// <param name="session">Where control is.</param>
    /// <param name="path">What is changed.</param>
    /// <param name="wanted">What is to hold.</param>
    /// <param name="table">How what is live then is shown.</param>
    /// <param name="terminal">Where to say what came of it.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<int> SendAsync(ControlSession session, string path, JsonObject wanted, Func<JsonNode, string> table, Terminal terminal, CancellationToken cancel)
    {
        var answer = await session.SendAsync(
            new HttpRequestMessage(HttpMethod.Put, new Uri(session.Address.Control, path)) { Content = new StringContent(JsonText.WriteLine(wanted), Encoding.UTF8, "application/json") }, cancel);
        if (answer is { Status: 422, Body: { } refused })
        {
            await ComplainAsync(refused, terminal);
            return ExitCode.PolicyRefused;
        }

        if (answer is not { Succeeded: true, Body: { } live }) return session.Fail(answer);
        var exit = session.Print(live, table);
        var where = live.Text("changed") == "true" ? $"written to {live.Text("origin")} and live" : "live, as it was written already";
        await terminal.Error.WriteLineAsync(TextTable.Visible(live.Text("served") == "true" ? where : $"{where} in control; no gateway serves it yet"));
        return exit;
    }

    /// <summary>Says what is wrong with a policy that control refused.</summary>
    public static async Task ComplainAsync(JsonNode refused, Terminal terminal)
    {
        foreach (var found in refused.Items("diagnostics"))
            await terminal.Error.WriteLineAsync(TextTable.Visible($"{found.Text("file")}:{found.Text("line")}:{found.Text("column")}: {found.Text("severity")} {found.Text("code")}: {found.Text("message")}"));
        terminal.Complain(TextTable.Visible(refused.Text("detail")));
    }
}
