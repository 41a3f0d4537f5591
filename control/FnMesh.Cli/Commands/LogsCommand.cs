using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class LogsCommand
{
    private const int DefaultTail = 100;
    private const int MaxTail = Control.Logs.LogTail.MaxLines;

    public static Command Create(Terminal terminal)
    {
        var app = new Argument<string?>("APP") { Description = $"Only lines of this app; '{Control.Logs.LogLine.Mesh}' for those of the mesh itself", Arity = ArgumentArity.ZeroOrOne };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what is said, until Ctrl+C or the end of the mesh" };
        var revision = new Option<string?>("--revision") { Description = "Only lines of this revision", HelpName = "NAME" };
        var tail = new Option<int>("--tail") { Description = $"How many of the lines that are there, up to {MaxTail}", HelpName = "N", DefaultValueFactory = _ => DefaultTail, CustomParser = result => WholeNumber.Read(result, "--tail", 0, MaxTail) };
        var command = new Command("logs", "Print what functions and the mesh said last; each line after its app/revision.") { app, follow, revision, tail };
        LiveNames.Complete(app, terminal, (names, _) => names.Apps().Append(Control.Logs.LogLine.Mesh));
        revision.CompletionSources.Add(context => LiveNames.Of(context, terminal).Revisions(LiveNames.Written(context.ParseResult, app)));
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
        {
            var query = new List<string> { $"tail={parsed.GetValue(tail)}" };
            if (parsed.GetValue(app) is { } one) query.Add($"app={Uri.EscapeDataString(one)}");
            if (parsed.GetValue(revision) is { } part) query.Add($"revision={Uri.EscapeDataString(part)}");
            if (parsed.GetValue(follow)) query.Add("follow=true");
            return RunAsync(session, $"/api/v1/logs?{string.Join('&', query)}", parsed.GetValue(follow), terminal, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(ControlSession session, string path, bool follows, Terminal terminal, CancellationToken cancel)
    {
        var isPrinting = false;
        try
        {
            var answer = await session.ReadLinesAsync(
                path,
                async line =>
                {
                    isPrinting = true;
                    await PrintAsync(line, session.Format, terminal);
                    isPrinting = false;
                },
                cancel);
            if (!answer.Succeeded) return session.Fail(answer);
        }
        catch (IOException) when (follows && !isPrinting)
        {
            // The mesh was killed while it was followed.
        }
        catch (OperationCanceledException) when (follows && cancel.IsCancellationRequested)
        {
            // As it was asked to be ended.
        }

        return ExitCode.Done;
    }

    private static async Task PrintAsync(string line, OutputFormat format, Terminal terminal)
    {
        if (format == OutputFormat.Json)
        {
            await terminal.Out.WriteLineAsync(line);
        }
        else if (Parse(line) is { } record)
        {
            if (format == OutputFormat.Yaml) await terminal.Out.WriteLineAsync(YamlText.Write(new JsonArray(record)));
            else await PrintAsync(record, terminal);
        }

        await terminal.Out.FlushAsync();
    }

    private static async Task PrintAsync(JsonObject record, Terminal terminal)
    {
        if (record.Text("missed") is { Length: > 0 } missed)
        {
            terminal.Complain($"{Counted.Of(long.TryParse(missed, out var count) ? count : 0, "line")} of all apps missed: they were gone before they were read");
            return;
        }

        var who = record.Text("revision") is { Length: > 0 } revision ? $"{record.Text("app")}/{revision}" : record.Text("app");
        foreach (var line in record.Text("text").Split('\n')) await terminal.Out.WriteLineAsync($"{TextTable.Visible(who)} | {LogText.Safe(line)}");
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
