using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Sessions;

/// <summary>Below which path browsers bring the cookie of a rule's sessions (Gateway API, GEP-1619): nobody else's calls carry it.</summary>
internal static class SessionPath
{
    private const string Everywhere = "/";

    /// <returns>The whole path segments that all matches begin with; <c>/</c> for none.</returns>
    public static string Of(IReadOnlyList<RouteMatchEntry> matches)
    {
        var shared = PathOf(matches[0]);
        for (var i = 1; i < matches.Count; i++) shared = Shared(shared, PathOf(matches[i]));
        // It would end the attribute.
        if (shared.IndexOf(';', StringComparison.Ordinal) is >= 0 and var end) shared = shared[..shared.LastIndexOf('/', end)];
        return shared.Length == 0 ? Everywhere : shared;
    }

    private static string PathOf(RouteMatchEntry match) => match.PathType is PathMatchType.Exact or PathMatchType.PathPrefix ? match.Path.TrimEnd('/') : "";

    private static string Shared(string one, string other)
    {
        var length = one.AsSpan().CommonPrefixLength(other);
        if (length == one.Length && (length == other.Length || other[length] == '/')) return one;
        if (length == other.Length && one[length] == '/') return other;
        return one[..Math.Max(0, one.AsSpan(0, length).LastIndexOf('/'))];
    }
}
