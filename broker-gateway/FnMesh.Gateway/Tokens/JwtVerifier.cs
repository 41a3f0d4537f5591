using System.Text;
using System.Text.Json;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tokens;

/// <summary>Verifies the tokens of one issuer (RFC 7519 in the compact form of RFC 7515, by the advice of RFC 8725). What is not said to be good is not.</summary>
internal sealed class JwtVerifier(JwtProviderEntry provider, KeySource keys, TimeProvider time)
{
    private const int LongestSubject = 255;

    /// <summary>The last second of the year 9999.</summary>
    private const double LastSecond = 253_402_300_799;

    public string Issuer => provider.Issuer;

    public KeySource Keys => keys;

    /// <summary>Verifies a token whose issuer is this one's.</summary>
    public async ValueTask<TokenCheck> VerifyAsync(JwtParts token, CancellationToken cancel)
    {
        var header = token.Header.RootElement;
        var payload = token.Payload.RootElement;
        if (TokenJson.Text(header, "alg") is not { } algorithm || !provider.Algorithms.Contains(algorithm)) return Invalid($"its 'alg' is none of {string.Join(", ", provider.Algorithms)}");
        if (HeaderFault(header) is { } unfit) return Invalid(unfit);
        var id = TokenJson.Text(header, "kid");
        if (header.TryGetProperty("kid", out _) && id is null) return Invalid("its 'kid' is no text");
        if (PayloadFault(payload, out var begins, out var ends) is { } fault) return Invalid(fault);
        if (await keys.FindAsync(id, algorithm, cancel) is not { } key)
            return keys.HasKeys ? Invalid("the issuer has no key that it names") : TokenCheck.NotYet($"the keys of JwtProvider {provider.Name} ({provider.Origin}) could not be got: {keys.Fault}");
        if (!key.Verifies(algorithm, token.Signed, token.Signature)) return Invalid("its signature is not the issuer's");
        return new(new VerifiedToken(PrincipalOf(payload), new TokenClaims(payload), begins, ends, this, key, id, algorithm), null);
    }

    /// <summary>Why the header says something that changes what is to be verified; null when it does not.</summary>
    private static string? HeaderFault(JsonElement header)
    {
        foreach (var name in (ReadOnlySpan<string>)["crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "enc", "cty"])
        {
            if (header.TryGetProperty(name, out _)) return $"its header has '{name}', which is not taken";
        }

        if (!header.TryGetProperty("typ", out _)) return null;
        var type = TokenJson.Text(header, "typ");
        return string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "at+jwt", StringComparison.OrdinalIgnoreCase) || string.Equals(type, "application/at+jwt", StringComparison.OrdinalIgnoreCase)
            ? null
            : "its 'typ' is neither JWT nor at+jwt";
    }

    private string? PayloadFault(JsonElement payload, out DateTimeOffset begins, out DateTimeOffset ends)
    {
        (begins, ends) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        if (TokenJson.Text(payload, "iss") != provider.Issuer) return "its 'iss' is another";
        if (TokenJson.Texts(payload, "aud")?.Any(audience => provider.Audiences.Contains(audience)) != true) return "its 'aud' is for somebody else";
        if (TokenJson.Text(payload, "sub") is not { Length: > 0 and <= LongestSubject }) return $"its 'sub' is no text of 1 to {LongestSubject} characters";
        if (!TryTime(payload, "exp", out var expires) || expires is not { } until) return "its 'exp' is no time";
        if (!TryTime(payload, "nbf", out var from)) return "its 'nbf' is no time";
        if (!TryTime(payload, "iat", out var issued)) return "its 'iat' is no time";
        var now = time.GetUtcNow();
        ends = Later(until, provider.Skew);
        if (now >= ends) return "it has expired";
        begins = Latest(from, issued) is { } start ? Later(start, -provider.Skew) : DateTimeOffset.MinValue;
        return now < begins ? "it does not hold yet" : null;
    }

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private static DateTimeOffset Later(DateTimeOffset moment, TimeSpan by) =>
        by > DateTimeOffset.MaxValue - moment ? DateTimeOffset.MaxValue : moment - DateTimeOffset.MinValue < -by ? DateTimeOffset.MinValue : moment + by;

    /// <summary>False for what is there and no NumericDate (RFC 7519, 2).</summary>
    private static bool TryTime(JsonElement payload, string name, out DateTimeOffset? moment)
    {
        moment = null;
        if (!payload.TryGetProperty(name, out var value)) return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= LastSecond)) return false;
        moment = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>The subject in visible ASCII, everything else and '%' percent-encoded: it goes into headers and logs, and no two subjects are the same principal.</summary>
    private string PrincipalOf(JsonElement payload)
    {
        var principal = new StringBuilder("jwt:").Append(provider.Issuer).Append('#');
        foreach (var unit in Encoding.UTF8.GetBytes(TokenJson.Text(payload, "sub")!))
        {
            if (unit is > (byte)' ' and < 0x7F and not (byte)'%') principal.Append((char)unit);
            else principal.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return principal.ToString();
    }

    private static TokenCheck Invalid(string why) => TokenCheck.Invalid($"the token is not accepted: {why}");
}
