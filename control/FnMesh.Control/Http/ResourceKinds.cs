using System.Collections.Immutable;
using FnMesh.Policy;

namespace FnMesh.Control.Http;

/// <summary>The kinds that can be asked for, by singular, plural or a short name of either, in any case.</summary>
internal static class ResourceKinds
{
    private static readonly (string Kind, string[] Short)[] Known =
    [
        ("AuthorizationPolicy", ["authz", "authorization"]), ("FunctionApp", ["app", "fa"]), ("GRPCRoute", ["grpc"]), ("Gateway", ["gw"]), ("HTTPRoute", ["route"]), ("JwtProvider", ["jwt"]), ("Mesh", []), ("ReferenceGrant", ["grant"]), ("Subscription", ["sub"]), ("TrafficPolicy", ["traffic", "tp"]),
    ];

    private static readonly ImmutableDictionary<string, string> ByName = Known
        .SelectMany(known => known.Short.Append(known.Kind), (known, name) => (known.Kind, Name: name))
        .SelectMany(known => new[] { known.Name, Plural(known.Name) }, (known, name) => KeyValuePair.Create(name, known.Kind))
        .ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    public static ImmutableArray<string> All { get; } = [.. Known.Select(known => known.Kind)];

    public static string? Find(string written) => ByName.GetValueOrDefault(written);

    /// <summary>What to say of a kind that is none.</summary>
    public static string Unknown(string written)
    {
        var hint = NearestName.Hint(written, ByName.Keys);
        return $"there is no kind '{written}'{(hint.Length > 0 ? hint + " The" : "; the")} kinds are {string.Join(", ", All)}";
    }

    private static string Plural(string name) => name[^1] switch
    {
        'y' => name[..^1] + "ies",
        'h' => name + "es",
        _ => name + "s",
    };
}
