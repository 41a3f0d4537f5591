using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record GrpcRoute(string Name, Origin Origin, ImmutableArray<ParentReference> Parents, ImmutableArray<string> Hostnames, ImmutableArray<HttpRouteRule> Rules)
    : HttpRoute(Name, Origin, Parents, Hostnames, Rules)
{
    public override AuthorizationTargetKind Kind => AuthorizationTargetKind.GrpcRoute;
}
