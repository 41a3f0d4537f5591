namespace FnMesh.Gateway.Routing;

/// <summary>Whether a path may lead to a function by its route template. The app routes more exactly than is known here (constraints, precedence, decoding).</summary>
internal static class RouteTemplate
{
    public static string[] Segments(string text) => text.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <param name="template">The segments of a template.</param>
    /// <param name="path">Those of a path as received.</param>
    public static bool MayReach(string[] template, string[] path)
    {
        for (var at = 0; at < template.Length; at++)
        {
            var segment = template[at];
            if (segment.StartsWith("{*", StringComparison.Ordinal)) return true;
            if (at >= path.Length) return template[at..].All(rest => rest.StartsWith("{*", StringComparison.Ordinal) || rest.Contains('?', StringComparison.Ordinal) || rest.Contains('=', StringComparison.Ordinal));
            // An escape may stand for anything.
            if (!segment.Contains('{', StringComparison.Ordinal) && !path[at].Contains('%', StringComparison.Ordinal) && !segment.Equals(path[at], StringComparison.OrdinalIgnoreCase)) return false;
        }

        return path.Length <= template.Length;
    }
}
