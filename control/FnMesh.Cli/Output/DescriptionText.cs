using System.Text;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;

namespace FnMesh.Cli.Output;

/// <summary>A description for people: short sections, each a small table.</summary>
internal static class DescriptionText
{
    private const string Indent = "  ";

    public static string Render(JsonNode body)
    {
        var text = new StringBuilder();
        var resource = body["resource"];
        Section(text, "", [
            ["Kind:", resource.Text("kind")],
            ["Name:", resource.Text("name")],
            ["Origin:", body.Text("declaredBy") is { Length: > 0 } function ? $"in code, {function}" : resource.Text("origin")]]);
        Section(text, "Conditions", body.Items("conditions").Select(Condition));
        Section(text, "Revisions", Headed(["NAME", "TRAFFIC", "READY", "RUN", "ORIGIN"], body.Items("revisions").Select(Revision)));
        foreach (var revision in body.Items("revisions")) Details(text, revision);
        Section(text, "Leads to", Headed(["FROM", "TO", "SHARE", "FUNCTIONS"], body.Items("leadsTo").Select(Lead)));
        if (body["deliveries"] is { } deliveries) Deliveries(text, deliveries);
        Section(text, "Reached by", body.Items("reachedBy").Select(way => new[] { way!.GetValue<string>() }));
        foreach (var way in body.Items("effective"))
            Section(text, $"Effective policy: {TextTable.Visible(way.Text("way"))}", Headed(["FIELD", "VALUE", "FROM", "ORIGIN"], way.Items("fields").Select(Field)));
        Section(text, "Access", Headed(["OPERATION", "ON", "ACTION", "WHO", "WHAT", "FROM", "ORIGIN"], body.Items("access").Select(Access)));
        Written(text, resource.Text("yaml"));
        return text.ToString().TrimEnd('\n');
    }

    private static void Deliveries(StringBuilder text, JsonNode deliveries)
    {
        if (deliveries.Text("unknown") is { Length: > 0 } why)
        {
            Section(text, "Deliveries", [["unknown:", why]]);
            return;
        }

        Section(text, "Deliveries", [["LAG", "PARKED", "IN FLIGHT"], [deliveries.Text("lag"), deliveries.Text("parked"), deliveries.Text("inFlight")]]);
        if (deliveries.Text("waits") is { Length: > 0 } waits) Section(text, "Waits", [[TextTable.Visible(waits)]]);
        Section(text, "Deliveries by revision", Headed(["REVISION", "DONE", "AGAIN", "DEAD LETTERS", "DROPPED", "UNSETTLED", "MEAN"], deliveries.Items("revisions").Select(OfRevision)));
    }

    private static string[] OfRevision(JsonNode? item) =>
        [item.Text("revision"), item.Text("done"), item.Text("again"), item.Text("deadLetters"), item.Text("dropped"), item.Text("unsettled"), $"{item.Text("meanMilliseconds")} ms"];

    private static void Details(StringBuilder text, JsonNode? revision)
    {
        var name = TextTable.Visible(revision.Text("name"));
        Section(text, $"Endpoints of {name}", revision.Items("endpoints").Select(endpoint => new[] { endpoint!.GetValue<string>() }));
        Section(text, $"Declared by {name}", Headed(["FUNCTION", "TRIGGER", "ON"], revision.Items("declares").Select(function => new[] { function.Text("name"), function.Text("trigger"), function.Text("on") })));
        Section(text, $"Refused of {name}", revision.Items("refusals").Select(refusal => new[] { refusal!.GetValue<string>() }));
    }

    private static string[] Condition(JsonNode? item) => [item.Text("type"), item.Text("status"), item.Text("reason"), item.Text("message")];

    private static string[] Revision(JsonNode? item) =>
    [
        item.Text("name"),
        $"{item.Text("percent")} %",
        item.Items("conditions").Where(condition => condition.Text("type") == "Ready").Select(condition => $"{condition.Text("status")}, {condition.Text("message")}").FirstOrDefault(""),
        item.Text("run"),
        item.Text("origin"),
    ];

    private static string[] Lead(JsonNode? item) =>
    [
        item.Text("from"),
        item.Text("revision") is { Length: > 0 } revision ? revision : item.Text("to"),
        $"{item.Text("percent")} %",
        string.Join(", ", item.Items("functions").Select(function => function?.GetValue<string>())),
    ];

    private static string[] Field(JsonNode? item) => [item.Text("field"), item.Text("value"), item.Text("from"), item.Text("origin")];

    private static string[] Access(JsonNode? item) =>
        [item.Text("operation"), item.Text("on"), item.Text("action"), item.Text("who"), item.Text("what"), item.Text("from"), item.Text("origin")];

    /// <summary>Nothing where there are no rows.</summary>
    private static IEnumerable<string[]> Headed(string[] head, IEnumerable<string[]> rows)
    {
        var all = rows.ToArray();
        return all.Length == 0 ? [] : all.Prepend(head);
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string[]> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0) return;
        if (title.Length > 0) text.Append('\n').Append(title).Append(":\n");
        foreach (var line in TextTable.Render(all).Split('\n')) text.Append(title.Length > 0 ? Indent : "").Append(line).Append('\n');
    }

    private static void Written(StringBuilder text, string yaml)
    {
        text.Append("\nAs written:\n");
        foreach (var line in yaml.TrimEnd('\n').Split('\n')) text.Append(Indent).Append(TextTable.Visible(line.TrimEnd('\r'))).Append('\n');
    }
}
