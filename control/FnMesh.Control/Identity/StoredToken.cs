namespace FnMesh.Control.Identity;

/// <param name="Id">The token's public name.</param>
/// <param name="SecretDigest">SHA-256; control does not keep the secret.</param>
/// <param name="Identity">The SPIFFE ID that it gives.</param>
/// <param name="Ends">When it stops being good.</param>
internal sealed record StoredToken(string Id, byte[] SecretDigest, string Identity, DateTimeOffset Ends);
