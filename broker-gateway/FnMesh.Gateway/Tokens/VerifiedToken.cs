namespace FnMesh.Gateway.Tokens;

/// <summary>What a token proved.</summary>
/// <param name="Principal"><c>jwt:ISSUER#SUBJECT</c>.</param>
/// <param name="Claims">All that it claims.</param>
/// <param name="Begins">The moment from which it holds, the skew of clocks allowed for.</param>
/// <param name="Ends">The moment from which it no longer does.</param>
/// <param name="Provider">Who verified it.</param>
/// <param name="Key">The key it was signed with.</param>
/// <param name="KeyId">How it named the key.</param>
/// <param name="Algorithm">How it was signed.</param>
internal sealed record VerifiedToken(string Principal, TokenClaims Claims, DateTimeOffset Begins, DateTimeOffset Ends, JwtVerifier Provider, WebKey Key, string? KeyId, string Algorithm)
{
    /// <summary>Whether it still proves that.</summary>
    public bool Holds(DateTimeOffset now) => now >= Begins && now < Ends && Provider.Keys.Serves(Key, KeyId, Algorithm);
}
