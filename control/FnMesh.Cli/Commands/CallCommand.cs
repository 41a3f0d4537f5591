using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class CallCommand
{
    public static Command Create(Terminal terminal)
    {
        var app = new Argument<string>("APP") { Description = "The app, as other functions call it: NAME or NAME.NAMESPACE" };
        var path = new Argument<string>("PATH") { Description = "The path with its query, such as /prices/7?currency=EUR", DefaultValueFactory = _ => "/" };
        var method = new Option<string>("--method", "-X") { Description = "The HTTP method (default GET, or POST with data)", HelpName = "M" };
        var data = new Option<string?>("--data", "-d") { Description = "The body; @FILE reads a file, - reads stdin", HelpName = "DATA" };
        var headers = new Option<string[]>("--header", "-H") { Description = "A header; may be repeated", HelpName = "NAME: VALUE" };
        var ns = NamespaceOption.Create();
        LiveNames.Complete(app, terminal, (names, _) => names.Apps());
        LiveNames.Complete(path, terminal, (names, written) => names.Paths(written(app)));
        var command = new Command("call", "Call a function through the mesh, with your own identity.") { app, path, method, data, headers, ns };
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            var (request, misuse) = await CallRequest.ReadAsync(
                parsed.Qualify(ns, parsed.GetValue(app)!), parsed.GetValue(path)!, parsed.GetValue(method), parsed.GetValue(data), parsed.GetValue(headers) ?? [], terminal, cancel);
            if (request is null)
            {
                terminal.Complain(misuse!);
                return ExitCode.WrongUsage;
            }

            using (request)
                return await RunAsync("call", session, [request], terminal, cancel);
        });
        return command;
    }

    /// <summary>Sends requests as the person at the command, one after the other, and prints the answers.</summary>
    public static async Task<int> RunAsync(string command, ControlSession session, IReadOnlyList<HttpRequestMessage> requests, Terminal terminal, CancellationToken cancel)
    {
        var (person, fault) = await session.JoinAsync(cancel);
        if (person is null) return fault is null ? session.FailWithoutPerson(command) : session.Fail(fault.Value);
        await using (person)
        {
            var exit = ExitCode.Done;
            foreach (var request in requests) exit = Math.Max(exit, await PrintAsync(person, session, request, terminal, cancel));
            return exit;
        }
    }

    private static async Task<int> PrintAsync(Person person, ControlSession session, HttpRequestMessage request, Terminal terminal, CancellationToken cancel)
    {
        try
        {
            using var client = person.CreateClient();
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (session.Format == OutputFormat.Table)
            {
                await PrintAsync(answer, terminal, cancel);
            }
            else
            {
                session.Print(await JsonOfAsync(answer, cancel), _ => "");
            }

            return answer.IsSuccessStatusCode ? ExitCode.Done : ExitCode.Failed;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            terminal.Complain($"no answer: {person.Refusal ?? failure.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>What the function answers goes to stdout as it came; what the mesh says in its place is said on stderr.</summary>
    private static async Task PrintAsync(HttpResponseMessage answer, Terminal terminal, CancellationToken cancel)
    {
        var status = $"{(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd();
        if (answer.Headers.TryGetValues("fnmesh-verdict", out var verdict) && await ProblemOfAsync(answer, cancel) is { } problem)
        {
            terminal.Complain(TextTable.Visible($"{status}, {string.Join(", ", verdict)}: {problem.Text("detail")} (trace {problem.Text("traceId")})"));
            return;
        }

        var isEmpty = await CopyAsync(answer.Content, terminal.OpenOutput(), cancel);
        if (!answer.IsSuccessStatusCode) terminal.Complain($"the function answered {status}");
        else if (isEmpty) terminal.Error.WriteLine(TextTable.Visible(status));
    }

    /// <returns>Whether there was nothing to copy.</returns>
    private static async Task<bool> CopyAsync(HttpContent content, Stream output, CancellationToken cancel)
    {
        await using var body = await content.ReadAsStreamAsync(cancel);
        var first = new byte[1];
        if (await body.ReadAsync(first, cancel) == 0) return true;
        await output.WriteAsync(first, cancel);
        await body.CopyToAsync(output, cancel);
        return false;
    }

    private static async Task<JsonObject?> ProblemOfAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return null;
        try
        {
            return await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<JsonObject> JsonOfAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var headers = new JsonObject();
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers)) headers[name.ToLowerInvariant()] = string.Join(", ", values);
        return new JsonObject { ["status"] = (int)answer.StatusCode, ["headers"] = headers, ["body"] = await answer.Content.ReadAsStringAsync(cancel) };
    }
}
