using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>Which routes a caller that found none has probably meant. Only asked where no route matches: it may allocate.</summary>
internal sealed class NearRoutes
{
    private const string Prefix = "/api";

    private readonly (IReadOnlyList<string> Hosts, RouteMatch Match)[] _matches;

    /// <param name="matches">Every match of every rule, with the host names that it is for; none means all hosts.</param>
    public NearRoutes(IReadOnlyList<(IReadOnlyList<string> Hosts, RouteMatch Match)> matches) => _matches = [.. matches];

    /// <summary>What differs: the method, the case of letters, or <c>/api</c> at the start; null when nothing is near.</summary>
    /// <param name="host">Without the port.</param>
    /// <param name="method">In upper case.</param>
    /// <param name="path">As received, without the query.</param>
    public string? Explain(ReadOnlySpan<char> host, string method, ReadOnlySpan<char> path)
    {
        var (name, asked) = (host.ToString(), path.ToString());
        var here = _matches.Where(entry => entry.Hosts.Count == 0 || entry.Hosts.Any(pattern => IsHost(pattern, name))).Select(entry => entry.Match).ToArray();
        var others = here.Where(match => match.Entry.Method is { } other && other != method && Has(match.Entry, asked, StringComparison.Ordinal)).ToArray();
        if (others.Length > 0)
            return $"HTTPRoute {others[0].Rule.Route} takes this path by {string.Join(", ", others.Select(match => match.Entry.Method).Distinct().Order(StringComparer.Ordinal))} and not by {method}";
        if (Named(here, asked) is { } other) return $"HTTPRoute {other.Rule.Route} is for {other.Entry.Path}, and the case of letters counts in paths";
        var without = asked.StartsWith($"{Prefix}/", StringComparison.OrdinalIgnoreCase);
        return Named(here, without ? asked[Prefix.Length..] : Prefix + asked) is { } near ? $"HTTPRoute {near.Rule.Route} is for {near.Entry.Path}, {(without ? "without" : "with")} {Prefix} at its start" : null;
    }

    /// <summary>The first that is for a path in whatever case; what is for all paths was meant by nobody.</summary>
    private static RouteMatch? Named(RouteMatch[] matches, string path) => Array.Find(matches, match => match.Entry.Path != "/" && Has(match.Entry, path, StringComparison.OrdinalIgnoreCase));

    private static bool Has(RouteMatchEntry entry, string path, StringComparison comparison)
    {
        if (entry.PathType == PathMatchType.Exact) return path.Equals(entry.Path, comparison);
        var prefix = entry.Path.TrimEnd('/');
        return path.StartsWith(prefix, comparison) && (path.Length == prefix.Length || path[prefix.Length] == '/');
    }

    private static bool IsHost(string pattern, string host) => pattern.StartsWith('*')
        ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
