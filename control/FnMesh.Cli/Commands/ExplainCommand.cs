using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

/// <summary>What a gateway would decide of a call or an event, and which rule in which file and line decides it. Nothing is sent.</summary>
internal static class ExplainCommand
{
    private const string Anonymous = "anonymous";

    public static Command Create(Terminal terminal) => new("explain", "Show what would be decided, and by which rule in which file and line; nothing is sent.")
    {
        Call(terminal),
        Event(terminal),
    };

    private static Command Call(Terminal terminal)
    {
        var (principal, claims) = (As(), Claims());
        var method = new Option<string>("--method") { Description = "The method", DefaultValueFactory = _ => "GET" };
        var path = new Option<string>("--path") { Description = "Path and query; a member calls an app: http://APP/PATH", Required = true };
        var command = new Command("call", "Which route a call would take, and who permits or denies it.") { principal, method, path, claims };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
        {
            var (host, target) = Split(parsed.GetValue(path)!);
            var question = $"/api/v1/explain/call?{Who(parsed.GetValue(principal)!, parsed.GetValue(claims))}&method={Uri.EscapeDataString(parsed.GetValue(method)!)}&path={Uri.EscapeDataString(target)}{(host is null ? "" : $"&host={Uri.EscapeDataString(host)}")}";
            return session.ShowAsync(question, Render, cancel);
        });
        return command;
    }

    private static Command Event(Terminal terminal)
    {
        var (principal, claims) = (As(), Claims());
        var file = new Option<string>("--filename", "-f") { Description = "An event in JSON (application/cloudevents+json); - for standard input", HelpName = "FILE", Required = true };
        var command = new Command("event", "Who may publish an event, and to whom it would be delivered.") { principal, file, claims };
        ControlSession.Attach(command, terminal, async (session, parsed, cancel) =>
        {
            byte[] bytes;
            try
            {
                bytes = await DataArgument.ReadFileAsync(parsed.GetValue(file)!, terminal, cancel);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                terminal.Complain(failure.Message);
                return ExitCode.WrongUsage;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(session.Address.Control, $"/api/v1/explain/event?{Who(parsed.GetValue(principal)!, parsed.GetValue(claims))}"))
            {
                Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/cloudevents+json") } },
            };
            var answer = await session.SendAsync(request, cancel);
            return answer is { Succeeded: true, Body: { } body } ? session.Print(body, Render) : session.Fail(answer);
        });
        return command;
    }

    private static Option<string> As() => new("--as")
    {
        Description = "Who asks: anonymous, app/NAME, ns/NAMESPACE/app/NAME, user/NAME, jwt:ISSUER#SUBJECT or a SPIFFE ID",
        HelpName = "ID",
        DefaultValueFactory = _ => Anonymous,
    };

    private static Option<string[]> Claims() => new("--claim") { Description = "A claim of the caller's token; several times for several, or for a list", HelpName = "NAME=VALUE" };

    private static string Who(string principal, string[]? claims) =>
        string.Join('&', (claims ?? []).Select(claim => $"claim={Uri.EscapeDataString(claim)}").Prepend($"as={Uri.EscapeDataString(principal)}"));

    private static (string? Host, string Target) Split(string path)
    {
        const string Scheme = "http://";
        if (!path.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return (null, path);
        var rest = path[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (rest, "/") : (rest[..slash], rest[slash..]);
    }

    internal static string Render(JsonNode body)
    {
        var head = body.Text("route") is { Length: > 0 } route ? $"{TextTable.Visible(body.Text("principal"))} by route {TextTable.Visible(route)}" : TextTable.Visible(body.Text("principal"));
        if (body.Text("refused") is { Length: > 0 } refused) return $"{head}: refused, {TextTable.Visible(refused)}";
        var rows = body.Items("decisions").Select(decision => new[] { decision.Text("operation"), decision.Text("on"), decision.Text("permitted") == "true" ? "permit" : "deny", decision.Text("why") });
        return $"{head}\n{TextTable.Render([["OPERATION", "ON", "DECISION", "WHY"], .. rows])}";
    }
}
