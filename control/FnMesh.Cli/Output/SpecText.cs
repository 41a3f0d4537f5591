using System.Text.Json.Nodes;

using FnMesh.Cli.Clients;

namespace FnMesh.Cli.Output;

/// <summary>What the spec of a resource takes, in the cell of a table.</summary>
internal static class SpecText
{
    private const int Shown = 3;

    public static string Hosts(JsonObject? spec) => Short(Items(spec, "hostnames").Select(host => $"{host}"), "*");

    /// <summary>Method and path of each match; <c>/*</c> stands for all below a prefix.</summary>
    public static string Matches(JsonObject? spec) => Short(Items(spec, "rules").SelectMany(rule => Items(rule as JsonObject, "matches").DefaultIfEmpty(null)).Select(Match), "-");

    public static string Types(JsonObject? spec) => Short(Items(spec, "types").Select(type => $"{type}"), "every event");

    private static string Match(JsonNode? match)
    {
        var path = (match as JsonObject)?["path"];
        var (method, value) = (match.Text("method"), path.Text("value"));
        if (value.Length == 0) value = "/";
        return $"{(method.Length > 0 ? method : "ANY")} {value}{(path.Text("type") is "" or "PathPrefix" ? value.EndsWith('/') ? "*" : "/*" : "")}";
    }

    private static string Short(IEnumerable<string> texts, string none)
    {
        var all = texts.Distinct().ToArray();
        return all.Length switch
        {
            0 => none,
            > Shown => $"{string.Join(", ", all[..Shown])} and {all.Length - Shown} more",
            _ => string.Join(", ", all),
        };
    }

    private static IEnumerable<JsonNode?> Items(JsonObject? parent, string name) => parent?[name] as JsonArray ?? [];
}
