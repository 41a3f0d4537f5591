using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;

namespace FnMesh.Cli.Commands;

internal static class GetCommand
{
    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string?>("KIND") { Description = "A kind, singular or plural", Arity = ArgumentArity.ZeroOrOne };
        var name = new Argument<string?>("NAME") { Description = "One resource", Arity = ArgumentArity.ZeroOrOne };
        LiveNames.Complete(kind, terminal, (_, _) => LiveNames.Kinds);
        LiveNames.Complete(name, terminal, (names, written) => names.Resources(written(kind)));
        var command = new Command("get", "Show the resources of the live policy.") { kind, name };
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
        {
            var parts = new[] { parsed.GetValue(kind), parsed.GetValue(name) }.OfType<string>().Select(Uri.EscapeDataString);
            return session.ShowAsync(string.Join('/', parts.Prepend("/api/v1/resources")), Table, cancel, Yaml);
        });
        return command;
    }

    /// <summary>What leads somewhere shows what it takes, where nothing else stands in the table.</summary>
    private static string Table(JsonNode body)
    {
        var all = Resources(body).ToArray();
        (string Header, Func<JsonObject?, string> Cell)[] own = all.Select(item => item.Text("kind")).Distinct().ToArray() switch
        {
            ["HTTPRoute"] => [("HOSTS", SpecText.Hosts), ("MATCHES", SpecText.Matches)],
            ["Subscription"] => [("TYPES", SpecText.Types)],
            _ => [],
        };
        return TextTable.Render([
            ["KIND", "NAME", .. own.Select(column => column.Header), "ORIGIN"],
            .. all.Select(item => (string[])[item.Text("kind"), item.Text("name"), .. own.Select(column => column.Cell(((item as JsonObject)?["resource"] as JsonObject)?["spec"] as JsonObject)), item.Text("origin")])]);
    }

    /// <summary>The documents as they were written, so that they can be read back.</summary>
    private static string Yaml(JsonNode body) => string.Join("\n---\n", Resources(body).Select(item => item.Text("yaml").Trim('\n')));

    private static IEnumerable<JsonNode?> Resources(JsonNode body) => body is JsonObject one && !one.ContainsKey("items") ? [one] : body.Items();
}
