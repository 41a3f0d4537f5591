using System.Collections.Immutable;
using System.Net;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class JwtProviderReader
{
    private const int LongestIssuer = 512;
    private static readonly string[] Algorithms = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    public static JwtProvider Read(string name, string ns, Origin origin, FieldReader spec)
    {
        if (ns != QualifiedName.Default)
            spec.Error(DiagnosticCodes.TargetElsewhere, origin, "a JwtProvider says who callers of the whole mesh are, and stands in the namespace 'default'");
        var issuer = spec.Text("issuer", required: true);
        if (issuer is { } written && (written.Value.Length is 0 or > LongestIssuer || !Names.IsVisible(written.Value) || written.Value.AsSpan().ContainsAny('#', '*')))
            spec.Error(DiagnosticCodes.InvalidValue, written.Origin, $"field 'issuer' must be 1 to {LongestIssuer} visible ASCII characters without '#' and '*', as the claim 'iss' has them, not {Quoted.Text(written.Value)}");
        ImmutableArray<string> audiences = [.. spec.Texts(spec.FilledList("audiences", required: true), "audiences").Select(audience => audience.Value).Distinct().Order(StringComparer.Ordinal)];
        var algorithms = ReadAlgorithms(spec);
        var skew = spec.Duration("clockSkew", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), zero: true);
        var (address, file) = spec.Map("jwks", required: true) is { } jwks ? ReadKeys(jwks) : (null, null);
        spec.Close();
        return new JwtProvider(name, origin, issuer ?? new("", origin), new JwtProviderEntry
        {
            Name = name,
            Origin = origin,
            Issuer = issuer?.Value ?? "",
            Audiences = audiences,
            Algorithms = algorithms.IsEmpty ? JwtProviderEntry.DefaultAlgorithms : algorithms,
            Skew = skew?.Value ?? JwtProviderEntry.DefaultSkew,
            KeyAddress = address,
            KeyFile = file,
            Directory = file is null ? null : origin.Folder,
        });
    }

    private static ImmutableArray<string> ReadAlgorithms(FieldReader spec)
    {
        if (spec.FilledList("algorithms") is not { } list) return [];
        return
        [
            .. list.Value
                .Select(item => ValueReader.Choice(item, "algorithms", Algorithms, ["EdDSA"], spec.Diagnostics)?.Value)
                .OfType<string>().Distinct().Order(StringComparer.Ordinal),
        ];
    }

    private static (string? Address, string? File) ReadKeys(FieldReader jwks)
    {
        jwks.ExactlyOne("uri", "file");
        var uri = jwks.Text("uri");
        var file = jwks.Text("file");
        jwks.Close();
        if (jwks.Has("uri") == jwks.Has("file"))
            jwks.Error(DiagnosticCodes.ExclusiveFields, jwks.Origin, "'jwks' has either 'uri' or 'file'");
        if (uri is { } address && !IsTrusted(address.Value))
            jwks.Error(DiagnosticCodes.InvalidValue, address.Origin, $"the keys decide who callers are and must come by https, or from this machine; write https://… instead of {Quoted.Text(address.Value)}");
        if (file is { } path && (path.Value.Length == 0 || path.Value.Any(char.IsControl)))
            jwks.Error(DiagnosticCodes.InvalidValue, path.Origin, "field 'file' must be the path of a file");
        return (uri?.Value, file?.Value);
    }

    private static bool IsTrusted(string text) =>
        Names.IsHttpAddress(text) && new Uri(text) is var uri
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
