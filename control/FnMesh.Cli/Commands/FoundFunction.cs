using System.Collections.Immutable;
using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;

namespace FnMesh.Cli.Commands;

/// <summary>A function as the control service tells it.</summary>
/// <param name="App">The app it is part of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Trigger"><c>http</c>, <c>event</c> or <c>timer</c>.</param>
/// <param name="Methods">In upper case; empty for all.</param>
/// <param name="Route">A route template; null where <paramref name="Path"/> is known.</param>
/// <param name="Path">Where it is called or posted to; empty where the route tells it.</param>
/// <param name="EventTypes">Empty for all.</param>
internal sealed record FoundFunction(string App, string Name, string Trigger, ImmutableArray<string> Methods, string? Route, string Path, ImmutableArray<string> EventTypes)
{
    private const int MaxNamed = 8;

    /// <summary>By <c>NAME</c> or <c>APP/NAME</c>; the name may be that of its route or subscription, <c>APP-NAME</c>.</summary>
    /// <returns>One of the two is null; the other says what else it could be.</returns>
    public static (FoundFunction? Function, string? Fault) Find(string written, JsonNode list)
    {
        var all = list.Items().Select(Of).ToArray();
        var (app, name) = written.Split('/', 2) is [var left, var right] ? (left, right) : (null, written);
        var found = all.Where(function => (app is null || function.App == app) && function.Is(name)).ToArray();
        return found.Length switch
        {
            1 => (found[0], null),
            0 when all.Length == 0 => (null, $"there is no function '{written}': the mesh has none yet"),
            0 => (null, $"there is no function '{written}'{Hint(written, all)}"),
            _ => (null, $"'{written}' may be {string.Join(" or ", found.Select(function => $"{function.App}/{function.Name}").Distinct())}; name one of them"),
        };
    }

    public override string ToString() => $"{App}/{Name}";

    private static FoundFunction Of(JsonNode? item) => new(
        item.Text("app"), item.Text("name"), item.Text("trigger"), Texts(item, "methods"), item.Text("route") is { Length: > 0 } route ? route : null, item.Text("path"), Texts(item, "eventTypes"));

    private static ImmutableArray<string> Texts(JsonNode? item, string name) => [.. item.Items(name).Select(text => text!.GetValue<string>())];

    private static string Hint(string written, FoundFunction[] all)
    {
        var names = all.SelectMany(function => new[] { function.Name, $"{function.App}/{function.Name}" }).Distinct(StringComparer.Ordinal).ToArray();
        if (NearestName.Hint(written, names) is { Length: > 0 } hint) return hint;
        var some = string.Join(", ", all.Take(MaxNamed).Select(function => function.ToString()));
        return all.Length > MaxNamed ? $"; there are {some} and {all.Length - MaxNamed} more" : $"; there are {some}";
    }

    private bool Is(string name) =>
        Name.Equals(name, StringComparison.OrdinalIgnoreCase) || DeclaredDocument.NameOf(App, Name).Equals(name, StringComparison.OrdinalIgnoreCase);
}
