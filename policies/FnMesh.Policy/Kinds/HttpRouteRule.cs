using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record HttpRouteRule(
    Written<string>? Name,
    Origin Origin,
    ImmutableArray<RouteMatchEntry> Matches,
    ImmutableArray<BackendReference> Backends,
    TrafficFields Traffic,
    FiltersEntry? Filters = null)
{
    /// <summary>Who gets copies of the rule's calls.</summary>
    public ImmutableArray<MirrorReference> Mirrors { get; init; } = [];

    /// <summary>Null where calls have no session.</summary>
    public SessionPersistence? Session { get; init; }
}
