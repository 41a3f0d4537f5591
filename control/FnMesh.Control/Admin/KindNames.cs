namespace FnMesh.Control.Admin;

/// <summary>The kinds as people type them: in any case, singular or plural.</summary>
internal static class KindNames
{
    private static readonly string[] Kinds = ["AuthorizationPolicy", "FunctionApp", "HTTPRoute", "Mesh", "Subscription", "TrafficPolicy"];

    public static string All => string.Join(", ", Kinds);

    /// <summary>The kind that was meant; null when there is none.</summary>
    public static string? Find(string typed) => Array.Find(Kinds, kind => Is(kind, typed) || Is(Plural(kind), typed));

    private static bool Is(string kind, string typed) => kind.Equals(typed, StringComparison.OrdinalIgnoreCase);

    private static string Plural(string kind) => kind[^1] == 'y' ? kind[..^1] + "ies" : kind[^1] == 'h' ? kind + "es" : kind + "s";
}
