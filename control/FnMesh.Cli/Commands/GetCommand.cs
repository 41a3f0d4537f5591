using System.CommandLine;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Completion;
using FnMesh.Cli.Output;
using FnMesh.Policy;

namespace FnMesh.Cli.Commands;

internal static class GetCommand
{
    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string?>("KIND") { Description = "A kind, singular or plural", Arity = ArgumentArity.ZeroOrOne };
        var name = new Argument<string?>("NAME") { Description = "One resource", Arity = ArgumentArity.ZeroOrOne };
        LiveNames.Complete(kind, terminal, (_, _) => LiveNames.Kinds);
        LiveNames.Complete(name, terminal, (names, written) => names.Resources(written(kind)));
        var ns = NamespaceOption.Create();
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "Those of every namespace" };
        var command = new Command("get", "Show the resources of the live policy.") { kind, name, ns, all };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && (result.GetValue(ns) is not null || result.GetValue(name) is not null)) result.AddError("-A shows what is in every namespace; leave out the name and -n");
        });
        ControlSession.Attach(command, terminal, (session, parsed, cancel) =>
        {
            var one = parsed.GetValue(name) is { } written ? parsed.Qualify(ns, written) : null;
            var parts = new[] { parsed.GetValue(kind), one }.OfType<string>().Select(Uri.EscapeDataString);
            var query = one is not null || parsed.GetValue(all) ? "" : $"?namespace={parsed.GetValue(ns) ?? QualifiedName.Default}";
            return session.ShowAsync(string.Join('/', parts.Prepend("/api/v1/resources")) + query, body => Table(body, parsed.GetValue(all)), cancel, Yaml);
        });
        return command;
    }

    /// <summary>What leads somewhere shows what it takes, where nothing else stands in the table.</summary>
    private static string Table(JsonNode body, bool everywhere)
    {
        var all = Resources(body).ToArray();
        (string Header, Func<JsonObject?, string> Cell)[] own = all.Select(item => item.Text("kind")).Distinct().ToArray() switch
        {
            ["HTTPRoute"] => [("HOSTS", SpecText.Hosts), ("MATCHES", SpecText.Matches)],
            ["Subscription"] => [("TYPES", SpecText.Types)],
            _ => [],
        };
        string[] NamespaceOf(JsonNode? item) => everywhere ? [item.Text("kind") == "Mesh" ? "" : item.Text("namespace")] : [];
        return TextTable.Render([
            [.. everywhere ? ["NAMESPACE"] : Array.Empty<string>(), "KIND", "NAME", .. own.Select(column => column.Header), "ORIGIN"],
            .. all.Select(item => (string[])[.. NamespaceOf(item), item.Text("kind"), item.Text("name"), .. own.Select(column => column.Cell(((item as JsonObject)?["resource"] as JsonObject)?["spec"] as JsonObject)), item.Text("origin")])]);
    }

    /// <summary>The documents as they were written, so that they can be read back.</summary>
    private static string Yaml(JsonNode body) => string.Join("\n---\n", Resources(body).Select(item => item.Text("yaml").Trim('\n')));

    private static IEnumerable<JsonNode?> Resources(JsonNode body) => body is JsonObject one && !one.ContainsKey("items") ? [one] : body.Items();
}
