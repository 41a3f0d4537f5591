using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>Lets documents of other namespaces name what is in its own (Gateway API, ReferenceGrant).</summary>
internal sealed record ReferenceGrant(string Name, Origin Origin, ImmutableArray<Referrer> From, ImmutableArray<GrantedReference> To) : WrittenResource(Name, Origin);
