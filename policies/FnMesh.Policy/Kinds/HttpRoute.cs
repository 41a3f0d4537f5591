using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>A route; also of gRPC, whose matches have become those of paths.</summary>
internal record HttpRoute(string Name, Origin Origin, ImmutableArray<ParentReference> Parents, ImmutableArray<string> Hostnames, ImmutableArray<HttpRouteRule> Rules)
    : WrittenResource(Name, Origin)
{
    /// <summary>The parents that hand calls on.</summary>
    public IEnumerable<Reference> Routes => Parents.Select(parent => parent.Reference).Where(parent => parent.Kind is { Value: "HTTPRoute" });

    public virtual AuthorizationTargetKind Kind => AuthorizationTargetKind.HttpRoute;
}
