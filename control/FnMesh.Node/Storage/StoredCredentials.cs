namespace FnMesh.Node.Storage;

/// <summary>One file for all of it, so that a key never stands beside another key's SVID.</summary>
internal sealed record StoredCredentials(byte[] Key, byte[][] Chain, string TrustDomain, long Sequence, byte[][] Authorities);
