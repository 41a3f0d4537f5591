using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Policy;
using FnMesh.Policy.Schemas;

namespace FnMesh.Cli.Completion;

/// <summary>Names for completion, as the running mesh tells them. Whoever completes waits: it is asked briefly, and where nobody answers there are none.</summary>
internal sealed class LiveNames
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);
    private readonly Uri? _control;
    private readonly TimeProvider _time;

    private LiveNames(Uri? control, TimeProvider time) => (_control, _time) = (control, time);

    /// <summary>Kinds, as they are easiest to type.</summary>
    public static ImmutableArray<string> Kinds { get; } = [.. KindSchemas.Kinds.Select(static kind => kind.ToLowerInvariant())];

    /// <summary>Lets names complete an argument while it is the one that is typed: behind it the next one is asked for.</summary>
    public static void Complete(Argument argument, Terminal terminal, Func<LiveNames, Func<Argument, string?>, IEnumerable<string>> names)
    {
        // Help would list what completes where it names no argument.
        argument.HelpName = argument.Name;
        argument.CompletionSources.Add(context => context.ParseResult.GetResult(argument) is { Tokens: [var first, ..] } && argument.Arity.MaximumNumberOfValues == 1 && first.Value != context.WordToComplete
            ? []
            : names(Of(context, terminal), other => Written(context.ParseResult, other)).Select(name => new CompletionItem(name)));
    }

    /// <summary>Of the mesh that the command line means.</summary>
    public static LiveNames Of(CompletionContext context, Terminal terminal)
    {
        var option = context.ParseResult.CommandResult.Command.Options.FirstOrDefault(one => one.Name == "--control");
        return new LiveNames(ControlAddress.Find(option is null ? null : context.ParseResult.GetResult(option) is { Tokens: [var token, ..] } ? token.Value : null, terminal)?.Control, terminal.Time);
    }

    /// <summary>What stands for an argument on a line that need not be whole; null for nothing.</summary>
    public static string? Written(ParseResult parsed, Argument argument) => parsed.GetResult(argument) is { Tokens: [var token, ..] } ? token.Value : null;

    public IEnumerable<string> Apps() => Resources("FunctionApp");

    /// <summary>Of a kind; none for no kind.</summary>
    public IEnumerable<string> Resources(string? kind) =>
        kind is null ? [] : Ask($"/api/v1/resources/{Uri.EscapeDataString(kind)}").Items().Select(NameOf);

    /// <summary>Of an app, or of all.</summary>
    public IEnumerable<string> Revisions(string? app) =>
        from item in Ask("/api/v1/resources/FunctionApp").Items()
        where app is null || NameOf(item) == app
        from revision in item?["resource"]?["spec"].Items("revisions") ?? []
        select revision.Text("name");

    private static string NameOf(JsonNode? item) => item.Text("namespace") is { Length: > 0 } ns ? QualifiedName.Of(ns, item.Text("name")) : item.Text("name");

    /// <summary>Of every app, as <c>invoke</c> takes them.</summary>
    public IEnumerable<string> Functions() => Ask("/api/v1/functions").Items().Select(item => item.Text("name")).Distinct(StringComparer.Ordinal);

    /// <summary>The paths of an app's functions, as far as they hold no parameter.</summary>
    public IEnumerable<string> Paths(string? app) =>
        from revision in app is null ? [] : Ask($"/api/v1/resources/FunctionApp/{Uri.EscapeDataString(app)}/description").Items("revisions")
        from function in revision.Items("declares")
        let path = function.Text("path")
        where path.Length > 0
        select path;

    private JsonNode? Ask(string path)
    {
        if (_control is null) return null;
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
            using var deadline = new CancellationTokenSource(Deadline, _time);
            using var answer = http.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(_control, path)), deadline.Token);
            return answer.IsSuccessStatusCode ? JsonNode.Parse(answer.Content.ReadAsStream(deadline.Token)) : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            return null;
        }
    }
}
