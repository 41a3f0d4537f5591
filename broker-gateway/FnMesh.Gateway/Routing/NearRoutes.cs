using System.Collections.Frozen;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>
/// Which routes a caller that found none has probably meant. Only asked where no route matches: it may allocate. It looks at those alone that share the first element of the path,
/// and at no more than <see cref="MostLookedAt"/>: who asks for what is not there must not make a gateway with many routes work.
/// </summary>
internal sealed class NearRoutes
{
    private const string Prefix = "/api";

    private const int MostLookedAt = 256;

    private readonly FrozenDictionary<string, (IReadOnlyList<string> Hosts, RouteMatch Match)[]> _byElement;

    /// <param name="matches">Every match of every rule, with the host names that it is for; none means all hosts.</param>
    public NearRoutes(IReadOnlyList<(IReadOnlyList<string> Hosts, RouteMatch Match)> matches) => _byElement = matches
        .SelectMany(entry => Elements(BeginningOf(entry.Match.Entry)), (entry, element) => (element, entry))
        .GroupBy(pair => pair.element, pair => pair.entry, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(group => group.Key, group => group.Take(MostLookedAt).ToArray(), StringComparer.OrdinalIgnoreCase);

    /// <summary>What differs: the method, the case of letters, or <c>/api</c> at the start; null when nothing is near.</summary>
    public string? Explain(Envelope call)
    {
        var (name, asked, method) = (call.Host.ToString(), call.Path.ToString(), call.Method);
        var here = Elements(asked).Append("").SelectMany(element => _byElement.GetValueOrDefault(element, [])).Distinct().Take(MostLookedAt).Where(entry => entry.Hosts.Count == 0 || entry.Hosts.Any(pattern => IsHost(pattern, name)))
            .Select(entry => entry.Match).Where(match => call.IsGrpc || match.Entry.IsGrpc is not true).ToArray();
        var others = here.Where(match => match.Entry.Method is { } other && other != method && Has(match, asked, StringComparison.Ordinal)).ToArray();
        if (others.Length > 0)
            return $"HTTPRoute {others[0].Rule.Route} takes this path by {string.Join(", ", others.Select(match => match.Entry.Method).Distinct().Order(StringComparer.Ordinal))} and not by {method}";
        if (Named(here.Where(match => !Has(match, asked, StringComparison.Ordinal)), asked) is { } other) return $"{Route(other)} is for {other.Entry.Path}, and the case of letters counts in paths";
        var without = asked.StartsWith($"{Prefix}/", StringComparison.OrdinalIgnoreCase);
        return Named(here, without ? asked[Prefix.Length..] : Prefix + asked) is { } near ? $"{Route(near)} is for {near.Entry.Path}, {(without ? "without" : "with")} {Prefix} at its start" : null;
    }

    /// <summary>The first element of a path, and the second where the first is <c>api</c>; the empty one where it has none.</summary>
    private static IEnumerable<string> Elements(string path)
    {
        var elements = path.Split('/', 4);
        var first = elements.ElementAtOrDefault(1) ?? "";
        return elements is [_, _, { Length: > 0 } second, ..] && first.Equals(Prefix[1..], StringComparison.OrdinalIgnoreCase) ? [first, second] : [first];
    }

    /// <summary>What every path begins with that a match takes, in whole elements.</summary>
    private static string BeginningOf(RouteMatchEntry entry)
    {
        if (entry.PathType != PathMatchType.RegularExpression) return entry.Path;
        var beginning = RoutePattern.Beginning(entry.Path);
        return beginning[..Math.Max(0, beginning.LastIndexOf('/'))];
    }

    private static string Route(RouteMatch match) => $"{(match.Entry.IsGrpc is true ? "GRPCRoute" : "HTTPRoute")} {match.Rule.Route}";

    /// <summary>The first that is for a path in whatever case; what is for all paths was meant by nobody.</summary>
    private static RouteMatch? Named(IEnumerable<RouteMatch> matches, string path) => matches.FirstOrDefault(match => match.Entry.Path != "/" && Has(match, path, StringComparison.OrdinalIgnoreCase));

    /// <summary>A pattern says itself what it thinks of the case of letters.</summary>
    private static bool Has(RouteMatch match, string path, StringComparison comparison)
    {
        var entry = match.Entry;
        if (entry.PathType == PathMatchType.RegularExpression) return match.Fits(path);
        if (entry.PathType == PathMatchType.Exact) return path.Equals(entry.Path, comparison);
        var prefix = entry.Path.TrimEnd('/');
        return path.StartsWith(prefix, comparison) && (path.Length == prefix.Length || path[prefix.Length] == '/');
    }

    private static bool IsHost(string pattern, string host) => pattern.StartsWith('*')
        ? host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
