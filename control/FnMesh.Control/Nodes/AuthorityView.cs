using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Identity;

namespace FnMesh.Control.Nodes;

/// <summary>Whom the mesh trusts at one moment.</summary>
/// <param name="TrustDomain">The trust domain.</param>
/// <param name="Bundle">The authorities that members trust.</param>
/// <param name="Signing">The one of them that signs.</param>
/// <param name="ControlEnds">When control's own SVID ends, unless it is renewed before.</param>
public sealed record AuthorityView(string TrustDomain, TrustBundle Bundle, X509Certificate2 Signing, DateTimeOffset ControlEnds);
