using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>A route; also of gRPC, whose matches have become those of paths.</summary>
internal record HttpRoute(string Name, Origin Origin, ImmutableArray<ParentReference> Parents, ImmutableArray<string> Hostnames, ImmutableArray<HttpRouteRule> Rules)
    : WrittenResource(Name, Origin)
{
    public virtual AuthorizationTargetKind Kind => AuthorizationTargetKind.HttpRoute;
}
