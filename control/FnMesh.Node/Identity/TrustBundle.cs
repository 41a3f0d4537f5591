using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Identity;

/// <summary>The authorities whose SVIDs a trust domain accepts; more than one while the authority rotates.</summary>
/// <param name="TrustDomain">The one trust domain that they speak for.</param>
/// <param name="Sequence">Grows with every change.</param>
/// <param name="Authorities">Self-signed certificates without keys; at least one. Not disposed of: connections and caches share them.</param>
public sealed record TrustBundle(string TrustDomain, long Sequence, ImmutableArray<X509Certificate2> Authorities);
