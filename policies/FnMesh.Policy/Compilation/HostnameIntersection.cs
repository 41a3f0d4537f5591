using System.Collections.Immutable;

namespace FnMesh.Policy.Compilation;

/// <summary>For which hosts a route holds at a listener (Gateway API, HTTPRouteSpec.hostnames).</summary>
public static class HostnameIntersection
{
    /// <param name="listener">The listener's host name; null for every host.</param>
    /// <param name="route">The route's; none for every host.</param>
    /// <returns>Empty for every host; null where they have none in common.</returns>
    public static ImmutableArray<string>? Of(string? listener, ImmutableArray<string> route)
    {
        if (listener is null) return route;
        if (route.IsEmpty) return [listener];
        ImmutableArray<string> common = [.. route.Select(host => Common(listener, host)).OfType<string>().Distinct(StringComparer.Ordinal)];
        return common.IsEmpty ? null : common;
    }

    /// <summary>The narrower of two where one holds the other.</summary>
    private static string? Common(string one, string other) => Holds(one, other) ? other : Holds(other, one) ? one : null;

    /// <summary>A wildcard holds names with any number of labels before its own, and not the bare name.</summary>
    private static bool Holds(string wide, string narrow) =>
        wide == narrow || (wide.StartsWith("*.", StringComparison.Ordinal) && narrow.Length > wide.Length - 1 && narrow.EndsWith(wide[1..], StringComparison.Ordinal));
}
