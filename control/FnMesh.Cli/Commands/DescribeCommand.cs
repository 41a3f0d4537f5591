using System.CommandLine;

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
        ControlSession.Attach(command, terminal, (session, parsed, cancel) => session.ShowAsync(
            $"/api/v1/resources/{Uri.EscapeDataString(parsed.GetValue(kind)!)}/{Uri.EscapeDataString(parsed.Qualify(ns, parsed.GetValue(name)!))}/description", DescriptionText.Render, cancel));
        return command;
    }
}
