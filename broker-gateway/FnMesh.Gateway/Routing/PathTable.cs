using System.Collections.Frozen;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>
/// The matches of one host, in the order of precedence: exact path, longest regular expression, longest prefix, method, most headers, most query parameters,
/// then the order of the policy (Gateway API, HTTPRouteRule.matches). A look-up costs one hash for each length that a prefix has, and one for each length that the
/// beginnings of regular expressions have, however many routes there are; the regular expressions of one beginning are tried one after the other.
/// </summary>
internal sealed class PathTable
{
    private readonly FrozenDictionary<string, RouteMatch[]>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenDictionary<string, RouteMatch[]>.AlternateLookup<ReadOnlySpan<char>> _prefixes;
    private readonly int[] _prefixLengths;
    private readonly PatternTable _patterns;

    public PathTable(IReadOnlyList<RouteMatch> matches)
    {
        _exact = Index(matches, PathMatchType.Exact).GetAlternateLookup<ReadOnlySpan<char>>();
        var prefixes = Index(matches, PathMatchType.PathPrefix);
        _prefixes = prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        _patterns = new PatternTable(InOrder(matches.Where(match => match.Entry.PathType == PathMatchType.RegularExpression).OrderByDescending(match => match.Entry.Path.Length)));
        _prefixLengths = [.. prefixes.Keys.Select(prefix => prefix.Length).Distinct().OrderDescending()];
    }

    public RouteRule? Find(Envelope envelope)
    {
        var path = envelope.Path;
        if (_exact.TryGetValue(path, out var exact) && First(exact, envelope) is { } found) return found;
        if (_patterns.Find(envelope) is { } fitting) return fitting;
        foreach (var length in _prefixLengths)
        {
            // A prefix ends where a path element ends; "/" is stored as the empty prefix.
            if (length > path.Length || (length < path.Length && path[length] != '/')) continue;
            if (_prefixes.TryGetValue(path[..length], out var prefix) && First(prefix, envelope) is { } rule) return rule;
        }

        return null;
    }

    private static RouteRule? First(RouteMatch[] matches, Envelope envelope)
    {
        foreach (var match in matches)
        {
            if (match.Holds(envelope)) return match.Rule;
        }

        return null;
    }

    private static FrozenDictionary<string, RouteMatch[]> Index(IReadOnlyList<RouteMatch> matches, PathMatchType type) => matches
        .Where(match => match.Entry.PathType == type)
        .GroupBy(match => type == PathMatchType.PathPrefix ? match.Entry.Path.TrimEnd('/') : match.Entry.Path, StringComparer.Ordinal)
        .ToFrozenDictionary(
            group => group.Key,
            group => InOrder(group.OrderByDescending(match => match.Entry.IsGrpc is true)).ToArray(),
            StringComparer.Ordinal);

    private static IOrderedEnumerable<RouteMatch> InOrder(IOrderedEnumerable<RouteMatch> matches) => matches
        .ThenByDescending(match => match.Entry.GrpcMethod is not null)
        .ThenByDescending(match => match.Entry.Method is not null)
        .ThenByDescending(match => match.Entry.Headers.Length)
        .ThenByDescending(match => match.QueryCount);
}
