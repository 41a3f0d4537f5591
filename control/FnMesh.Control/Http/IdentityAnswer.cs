using System.Collections.Immutable;
using FnMesh.Control.Nodes;

namespace FnMesh.Control.Http;

/// <summary>Whom the mesh trusts.</summary>
/// <param name="TrustDomain">The trust domain.</param>
/// <param name="Sequence">Of the trust bundle; grows with every change.</param>
/// <param name="ControlEnds">When control's own SVID ends, unless it is renewed before.</param>
/// <param name="Authorities">The oldest first.</param>
internal sealed record IdentityAnswer(string TrustDomain, long Sequence, DateTimeOffset ControlEnds, ImmutableArray<AuthorityAnswer> Authorities)
{
    public static IdentityAnswer Of(AuthorityView view) => new(
        view.TrustDomain,
        view.Bundle.Sequence,
        view.ControlEnds,
        [.. view.Bundle.Authorities.Select(authority => new AuthorityAnswer(authority.Subject, new DateTimeOffset(authority.NotBefore).ToUniversalTime(), new DateTimeOffset(authority.NotAfter).ToUniversalTime(), authority.Thumbprint == view.Signing.Thumbprint))]);
}
