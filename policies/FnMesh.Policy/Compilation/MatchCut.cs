using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>What two matches, or two lists of hosts, have in common.</summary>
internal static class MatchCut
{
    /// <summary>Calls that both match; null for none.</summary>
    /// <param name="outer">Whose path is a prefix.</param>
    /// <param name="inner">Whose path is no regular expression, or it has nothing in common.</param>
    public static RouteMatchEntry? Of(RouteMatchEntry outer, RouteMatchEntry inner)
    {
        if (inner.PathType == PathMatchType.RegularExpression || (outer.Method is { } one && inner.Method is { } other && one != other)) return null;
        var isBelow = IsBelow(inner.Path, outer.Path);
        if (!isBelow && (inner.PathType == PathMatchType.Exact || !IsBelow(outer.Path, inner.Path))) return null;
        var query = (outer.QueryParams ?? []).Concat(inner.QueryParams ?? []).Distinct().OrderBy(parameter => parameter.Name, StringComparer.Ordinal).ToImmutableArray();
        return inner with
        {
            Path = isBelow ? inner.Path : outer.Path,
            Method = inner.Method ?? outer.Method,
            Headers = [.. outer.Headers.Concat(inner.Headers).Distinct().OrderBy(header => header.Name, StringComparer.Ordinal)],
            QueryParams = query.IsEmpty ? null : query,
        };
    }

    /// <summary>Hosts of both lists, of which an empty one is every host; null for none.</summary>
    public static ImmutableArray<string>? Hosts(ImmutableArray<string> outer, ImmutableArray<string> inner)
    {
        if (outer.IsEmpty) return inner;
        var both = outer.SelectMany(one => HostnameIntersection.Of(one, inner) ?? []).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return both.IsEmpty ? null : both;
    }

    private static bool IsBelow(string path, string prefix) =>
        prefix == "/" || (path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/'));
}
