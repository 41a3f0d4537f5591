using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>Makes new paths of old ones (Gateway API, HTTPPathModifier).</summary>
internal static class PathChange
{
    /// <param name="change">Null to leave the path as it is.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="length">How much of it is the path.</param>
    /// <returns>Path and query.</returns>
    public static string Apply(PathChangeEntry? change, ReadOnlySpan<char> target, int length)
    {
        if (change is null) return target.ToString();
        // What is left of a path after a prefix of whole elements is empty or begins with a slash.
        var rest = change.PrefixLength is { } prefix ? target[prefix..length] : default;
        var slash = rest.IsEmpty && change.Replacement.Length == 0 ? "/" : default(ReadOnlySpan<char>);
        return string.Concat(change.Replacement, slash, rest, target[length..]);
    }
}
