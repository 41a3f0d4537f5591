using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>Finds rules that never get a call, because a route of other apps that comes first by name matches exactly the same.</summary>
public static class SameMatches
{
    /// <summary>Every match that is taken, once for each parent and host of its route.</summary>
    /// <param name="routes">In the order in which equal matches win.</param>
    public static IEnumerable<TakenMatch> Find(IEnumerable<RouteEntry> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var first = new Dictionary<(string Parent, string? Consumer, string Host, PathMatchType Type, string Path, string? Method, string Headers), (RouteEntry Route, RouteRuleEntry Rule)>();
        foreach (var route in routes)
        {
            var places = (from parent in route.Parents from host in route.Hostnames.DefaultIfEmpty("") select (parent, Consumer: route.IsConsumerOf(parent) ? route.Namespace : null, host)).ToArray();
            foreach (var (rule, match) in route.Rules.SelectMany(rule => rule.Matches, (rule, match) => (rule, match)))
            {
                var headers = string.Join('\n', match.Headers.Select(header => $"{header}").Concat((match.QueryParams ?? []).Select(parameter => $"{parameter}")).Append($"{match.IsGrpc} {match.GrpcMethod}"));
                foreach (var (parent, consumer, host) in places)
                {
                    if (first.TryAdd((parent, consumer, host, match.PathType, match.Path, match.Method, headers), (route, rule))) continue;
                    var winner = first[(parent, consumer, host, match.PathType, match.Path, match.Method, headers)];
                    if (!Apps(winner.Rule).SetEquals(Apps(rule))) yield return new TakenMatch(route, rule, match, parent, host, winner.Route, winner.Rule);
                }
            }
        }
    }

    /// <param name="routes">In the order in which equal matches win.</param>
    /// <param name="diagnostics">Gets one warning for each two rules.</param>
    internal static void Warn(IEnumerable<RouteEntry> routes, DiagnosticBag diagnostics)
    {
        var warned = new HashSet<(RouteRuleEntry, RouteRuleEntry)>(ReferencePairs.Instance);
        foreach (var taken in Find(routes).Where(taken => warned.Add((taken.WinningRule, taken.Rule))))
        {
            diagnostics.Warning(
                DiagnosticCodes.MatchTaken,
                taken.Rule.Origin,
                $"{TargetKinds.NameOf(taken.Route.Kind)} {Quoted.Text(taken.Route.Name)} gets no call on {taken.Parent} for {Show(taken.Match)}{(taken.Host.Length > 0 ? $" of {taken.Host}" : "")}: {TargetKinds.NameOf(taken.Winner.Kind)} {Quoted.Text(taken.Winner.Name)} ({taken.WinningRule.Origin}) matches the same and comes first by name; change the path or method of one");
        }
    }

    private static HashSet<string> Apps(RouteRuleEntry rule) => rule.Backends.Select(backend => backend.App).ToHashSet(StringComparer.Ordinal);

    private static string Show(RouteMatchEntry match) =>
        $"{match.Method ?? "any method"} {match.Path}{(match.PathType == PathMatchType.PathPrefix && match.Path != "/" ? "/*" : "")}{(match.Headers.IsEmpty ? "" : " with the same headers")}{(match.QueryParams is null ? "" : " with the same query")}";

    private sealed class ReferencePairs : IEqualityComparer<(RouteRuleEntry, RouteRuleEntry)>
    {
        public static ReferencePairs Instance { get; } = new();

        public bool Equals((RouteRuleEntry, RouteRuleEntry) one, (RouteRuleEntry, RouteRuleEntry) other) => ReferenceEquals(one.Item1, other.Item1) && ReferenceEquals(one.Item2, other.Item2);

        public int GetHashCode((RouteRuleEntry, RouteRuleEntry) pair) => HashCode.Combine(pair.Item1.Origin, pair.Item2.Origin);
    }
}
