using System.CommandLine;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;

namespace FnMesh.Cli.Commands;

internal static class InvokeCommand
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Command Create(Terminal terminal)
    {
        var function = new Argument<string>("FUNCTION") { Description = "The function's name, or APP/NAME" };
        LiveNames.Complete(function, terminal, (names, _) => names.Functions());
        var options = new InvokeOptions();
        var command = new Command("invoke", "Run one function by its name through the mesh, whatever its trigger, with your own identity: call it, hand it an event that nobody else gets, or run its timer now.") { function };
        options.AddTo(command);
        ControlSession.Attach(command, terminal, (session, parsed, cancel) => RunAsync(session, parsed.GetValue(function)!, options, parsed, terminal, cancel));
        return command;
    }

    private static async Task<int> RunAsync(ControlSession session, string name, InvokeOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var list = await session.GetAsync("/api/v1/functions", cancel);
        if (list is not { Succeeded: true, Body: { } body }) return session.Fail(list);
        var (function, unknown) = FoundFunction.Find(name, body);
        if (function is null) return Misused(terminal, unknown!);
        var (requests, misuse) = await RequestsAsync(function, options, parsed, terminal, cancel);
        if (requests is null) return Misused(terminal, misuse!);
        try
        {
            return await CallCommand.RunAsync("invoke", session, requests, terminal, cancel);
        }
        finally
        {
            foreach (var request in requests) request.Dispose();
        }
    }

    /// <summary>One of the two results is null; the other says what is wrong.</summary>
    private static async Task<(IReadOnlyList<HttpRequestMessage>? Requests, string? Misuse)> RequestsAsync(
        FoundFunction function, InvokeOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        if (options.Misuse(function, parsed) is { } useless) return (null, useless);
        if (function.Trigger == "http") return await CallAsync(function, options, parsed, terminal, cancel);
        var target = new Uri($"http://{function.App}{function.Path}", AsWritten);
        if (function.Trigger == "timer") return ([new HttpRequestMessage(HttpMethod.Post, target)], null);
        try
        {
            if (parsed.GetValue(options.EventFile) is { } file) return StructuredEvents.Read(await DataArgument.ReadFileAsync(file, terminal, cancel), file, target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure.Message);
        }

        var type = parsed.GetValue(options.Event.Type) ?? (function.EventTypes is [var first, ..] ? first : null);
        if (type is null) return (null, $"{function} takes events of every type; say which with --type T, or give whole events with --event FILE");
        var publication = await Publication.ReadAsync(options.Event, type, parsed, terminal, cancel);
        return publication.Fault is { } fault ? (null, fault) : ([publication.ToRequest(target)], null);
    }

    private static async Task<(IReadOnlyList<HttpRequestMessage>? Requests, string? Misuse)> CallAsync(
        FoundFunction function, InvokeOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in parsed.GetValue(options.Parameters) ?? [])
        {
            if (parameter.Split('=', 2) is not [{ Length: > 0 } name, var value]) return (null, $"--param '{parameter}' is not NAME=VALUE");
            if (!values.TryAdd(name, value)) return (null, $"--param {name} is given twice");
        }

        var (path, missing) = RoutePath.Fill(function.Route ?? Literal(function.Path), values);
        if (path is null) return (null, missing);
        var data = parsed.GetValue(options.Event.Data);
        var method = parsed.GetValue(options.Method) ?? MethodOf(function, data is not null);
        var (request, misuse) = await CallRequest.ReadAsync(function.App, path, method, data, parsed.GetValue(options.Headers) ?? [], terminal, cancel);
        return request is null ? (null, misuse) : ([request], null);
    }

    private static string? MethodOf(FoundFunction function, bool hasData)
    {
        if (function.Methods.IsEmpty) return null;
        return hasData ? function.Methods.FirstOrDefault(method => method is "POST" or "PUT" or "PATCH") ?? function.Methods[0] : function.Methods[0];
    }

    /// <summary>A path of a route has no parameters, whatever it holds.</summary>
    private static string Literal(string path) => path.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    private static int Misused(Terminal terminal, string sentence)
    {
        terminal.Complain(sentence);
        return ExitCode.WrongUsage;
    }
}
