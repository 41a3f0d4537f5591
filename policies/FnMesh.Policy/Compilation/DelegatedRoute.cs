using System.Collections.Immutable;
using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Compilation;

/// <summary>A route as it acts where it is reached: by its own parents, or beneath rules of routes that hand their calls to it.</summary>
/// <param name="Route">The route.</param>
/// <param name="Parents">Where calls come in.</param>
/// <param name="Hostnames">For which hosts; empty for all.</param>
/// <param name="Rules">Its rules, and of each what it matches there.</param>
/// <param name="Way">The rules that hand on, outermost first; empty for a route with its own parents.</param>
internal sealed record DelegatedRoute(
    HttpRoute Route, ImmutableArray<string> Parents, ImmutableArray<string> Hostnames, ImmutableArray<(HttpRouteRule Rule, int Index)> Rules, ImmutableArray<(HttpRoute Route, HttpRouteRule Rule)> Way);
