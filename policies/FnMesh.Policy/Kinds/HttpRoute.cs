using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record HttpRoute(string Name, Origin Origin, ImmutableArray<Reference> Parents, ImmutableArray<string> Hostnames, ImmutableArray<HttpRouteRule> Rules)
    : WrittenResource(Name, Origin);
