using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Which revisions can be reached and where: the resource that changes often, beside the policy, which does not.</summary>
/// <param name="Revisions">Revisions that are missing have no endpoints and were never ready.</param>
public sealed record EndpointSnapshot(ImmutableArray<RevisionEndpoints> Revisions)
{
    public static EndpointSnapshot Empty { get; } = new([]);
}
