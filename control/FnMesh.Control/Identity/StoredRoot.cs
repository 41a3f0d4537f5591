namespace FnMesh.Control.Identity;

/// <param name="Certificate">DER.</param>
/// <param name="Key">PKCS #8, DER.</param>
internal sealed record StoredRoot(byte[] Certificate, byte[] Key);
