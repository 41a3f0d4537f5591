using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace FnMesh.Gateway.Tokens;

/// <summary>Tells who callers from outside are by the bearer tokens that they bring (RFC 6750, 2.1). Whoever brings one that is no good is refused, and not taken for somebody else.</summary>
internal sealed class TokenGate(IEnumerable<JwtVerifier> providers, TokenCache cache)
{
    private const string Scheme = "Bearer ";
    private const int Longest = 8_192;

    private readonly FrozenDictionary<string, JwtVerifier> _providers = providers.ToFrozenDictionary(provider => provider.Issuer, StringComparer.Ordinal);

    /// <param name="authorization">The header <c>Authorization</c>.</param>
    /// <param name="cancel">When the caller has gone.</param>
    /// <returns>Neither a token nor a refusal where there is no bearer token.</returns>
    public ValueTask<TokenCheck> CheckAsync(StringValues authorization, CancellationToken cancel)
    {
        if (authorization.Count == 0) return default;
        if (authorization.Count > 1) return authorization.Any(IsBearer) ? new(TokenCheck.Invalid("the header Authorization came more than once")) : default;
        if (!IsBearer(authorization[0])) return default;
        var token = authorization[0].AsMemory(Math.Min(Scheme.Length, authorization[0]!.Length));
        if (token.Length > Longest) return new(TokenCheck.Invalid($"the token is longer than {Longest} characters"));
        return cache.Find(token.Span) is { } known && IsOurs(known) ? new(new TokenCheck(known, null)) : VerifyAsync(token, cancel);
    }

    private static bool IsBearer(string? value) => value?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true || string.Equals(value, Scheme.TrimEnd(), StringComparison.OrdinalIgnoreCase);

    /// <summary>A provider that the policy changed, or has no more, speaks for nobody.</summary>
    private bool IsOurs(VerifiedToken token) => _providers.TryGetValue(token.Provider.Issuer, out var provider) && ReferenceEquals(provider, token.Provider);

    private async ValueTask<TokenCheck> VerifyAsync(ReadOnlyMemory<char> token, CancellationToken cancel)
    {
        using var parts = JwtParts.Read(token.Span);
        if (parts is null) return TokenCheck.Invalid("the token is no JWT in compact form, with base64url to the letter and JSON in which no name stands twice");
        if (TokenJson.Text(parts.Payload.RootElement, "iss") is not { } issuer || !_providers.TryGetValue(issuer, out var provider)) return TokenCheck.Invalid("the token's 'iss' is that of no JwtProvider");
        var check = await provider.VerifyAsync(parts, cancel);
        if (check.Token is { } verified) cache.Add(token.Span, verified);
        return check;
    }
}
