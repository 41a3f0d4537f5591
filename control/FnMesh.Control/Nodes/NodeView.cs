using System.Collections.Immutable;

namespace FnMesh.Control.Nodes;

/// <summary>A node as people see it.</summary>
/// <param name="Name">Unique in the mesh.</param>
/// <param name="Identity">Its SPIFFE ID.</param>
/// <param name="Role"><c>gateway</c> or <c>function</c>.</param>
/// <param name="Version">Its version of FnMesh.</param>
/// <param name="Revision">What it serves; null for a gateway.</param>
/// <param name="Zone">Where it runs; null when it names none.</param>
/// <param name="Address">Where it is reached; null when it has announced nothing.</param>
/// <param name="Connected">Whether its stream stands now.</param>
/// <param name="State"><c>serving</c>; <c>joining</c> until it has said what it offers and that was judged; <c>behind</c> while it has not taken the last policy or trust bundle; <c>refused</c>, for its faults; <c>silent</c> without a stream.</param>
/// <param name="LeaseEnds">When its endpoint is taken out, unless it gives a word.</param>
/// <param name="Policy">The hash of the policy that it serves; empty for none.</param>
/// <param name="Endpoints">The version of the endpoints that it serves; empty for none.</param>
/// <param name="SvidEnds">When its SVID ends, unless it is renewed before; null until it has said so.</param>
/// <param name="Signer">The authority that signed its SVID.</param>
/// <param name="Faults">Why it did not take what was pushed last, why its announcement is refused, or what does not work of what it took; empty when all is well.</param>
public sealed record NodeView(
    string Name, string Identity, string Role, string Version, string? Revision, string? Zone, string? Address, bool Connected, string State, DateTimeOffset LeaseEnds, string Policy, string Endpoints,
    DateTimeOffset? SvidEnds, string Signer, ImmutableArray<string> Faults);
