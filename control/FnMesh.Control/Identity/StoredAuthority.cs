namespace FnMesh.Control.Identity;

/// <param name="TrustDomain">Whose authority it is.</param>
/// <param name="Sequence">The bundle's.</param>
/// <param name="Signing">Which of the roots signs.</param>
/// <param name="Roots">The oldest first.</param>
internal sealed record StoredAuthority(string TrustDomain, long Sequence, int Signing, StoredRoot[] Roots);
