using System.Collections.Immutable;
using System.Text.Json.Nodes;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Subscriptions;

/// <summary>Filters as the Subscriptions API has them (3.2.4); <c>data</c> is a dialect of our own.</summary>
internal static class FilterShape
{
    public static JsonArray Of(ImmutableArray<EventFilter> filters) => new([.. filters.Select(Of)]);

    private static JsonNode Of(EventFilter filter) => filter switch
    {
        EventFilter.Exact(var attributes) => Named("exact", Of(attributes)),
        EventFilter.Prefix(var attributes) => Named("prefix", Of(attributes)),
        EventFilter.Suffix(var attributes) => Named("suffix", Of(attributes)),
        EventFilter.All(var inner) => Named("all", Of(inner)),
        EventFilter.Any(var inner) => Named("any", Of(inner)),
        EventFilter.Not(var inner) => Named("not", Of(inner)),
        EventFilter.Sql(var expression) => Named("sql", expression),
        EventFilter.Data(var tests) => Named("data", new JsonObject(tests.Select(test => KeyValuePair.Create(test.Path, (JsonNode?)Of(test))))),
        _ => throw new InvalidOperationException($"the filter {filter} has no shape"),
    };

    private static JsonObject Named(string dialect, JsonNode? value) => new() { [dialect] = value };

    private static JsonObject Of(ImmutableSortedDictionary<string, string> attributes) => new(attributes.Select(attribute => KeyValuePair.Create(attribute.Key, (JsonNode?)attribute.Value)));

    private static JsonNode Of(DataTest test)
    {
        if (test == new DataTest(test.Path) { In = test.In } && test.In is [var only]) return Of(only);
        var wanted = new JsonObject();
        if (test.In is { } values) wanted["in"] = new JsonArray([.. values.Select(Of)]);
        if (test.Prefix is { } prefix) wanted["prefix"] = prefix;
        if (test.Suffix is { } suffix) wanted["suffix"] = suffix;
        if (test.Like is { } like) wanted["like"] = like;
        if (test.Above is { } above) wanted["above"] = above;
        if (test.Min is { } min) wanted["min"] = min;
        if (test.Below is { } below) wanted["below"] = below;
        if (test.Max is { } max) wanted["max"] = max;
        if (test.Exists is { } exists) wanted["exists"] = exists;
        return wanted;
    }

    private static JsonNode Of(DataValue value) => value.Text is { } text ? text : value.Number is { } number ? number : value.Flag is true;
}
