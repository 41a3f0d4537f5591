using System.Collections.Immutable;

namespace FnMesh.Control.Http;

/// <summary>The kinds that can be asked for, by singular or plural, in any case.</summary>
internal static class ResourceKinds
{
    public static ImmutableArray<string> All { get; } = ["AuthorizationPolicy", "FunctionApp", "HTTPRoute", "Mesh", "Subscription", "TrafficPolicy"];

    public static string? Find(string written) => All.FirstOrDefault(kind =>
        kind.Equals(written, StringComparison.OrdinalIgnoreCase) || Plural(kind).Equals(written, StringComparison.OrdinalIgnoreCase));

    private static string Plural(string kind) => kind[^1] switch
    {
        'y' => kind[..^1] + "ies",
        'h' => kind + "es",
        _ => kind + "s",
    };
}
