using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class DescribeCommand
{
    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string>("KIND") { Description = "A kind, singular or plural" };
        var name = new Argument<string>("NAME") { Description = "The resource, written in a file or declared in code" };
        var ns = NamespaceOption.Create();
        var command = new Command("describe", "Show a resource, how it fares, and what acts on it: every value with the policy and line it comes from.") { kind, name, ns };
        LiveNames.Complete(kind, terminal, (_, _) => LiveNames.Kinds);
        LiveNames.Complete(name, terminal, (names, written) => names.Resources(written(kind)));
        ControlSession.Attach(command, terminal, (session, parsed, cancel) => ShowAsync(session, parsed.GetValue(kind)!, parsed.Qualify(ns, parsed.GetValue(name)!), cancel));
        return command;
    }

    private static async Task<int> ShowAsync(ControlSession session, string kind, string name, CancellationToken cancel)
    {
        var answer = await session.GetAsync($"/api/v1/resources/{Uri.EscapeDataString(kind)}/{Uri.EscapeDataString(name)}/description", cancel);
        if (answer is not { Succeeded: true, Body: { } body }) return session.Fail(answer);
        if (body["resource"].Text("kind") == "Subscription") body["deliveries"] = await DeliveriesAsync(session, name, cancel);
        return session.Print(body, DescriptionText.Render);
    }

    /// <summary>What a gateway knows of them, or why none says so.</summary>
    private static async Task<JsonNode> DeliveriesAsync(ControlSession session, string name, CancellationToken cancel)
    {
        var answer = await session.GetAsync($"/api/v1/deliveries/{Uri.EscapeDataString(name)}", cancel);
        return answer is { Succeeded: true, Body: { } body } ? body : new JsonObject { ["unknown"] = answer.Failure };
    }
}
