using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>
/// Follows HTTPRoutes that hand the calls below a path to other HTTPRoutes. The one names the other in <c>backendRefs</c>, the other the one in <c>parentRefs</c>: both agree, so no grant is needed.
/// What the other matches is cut to what the one does, in path, hosts and everything else.
/// </summary>
internal sealed class Delegations(PolicyNames names, RouteParents routeParents, DiagnosticBag diagnostics)
{
    /// <summary>How many rules may hand on one after the other.</summary>
    public const int Deepest = 8;

    private const int Most = 1_000;
    private readonly HashSet<Origin> _said = [];
    private readonly HashSet<(string Child, string Parent)> _used = [];
    private int _count;

    /// <summary>Why a rule hands its calls to nobody; null when it does.</summary>
    public string? Fault(HttpRoute parent, BackendReference backend)
    {
        var from = new Referrer("HTTPRoute", parent.Namespace);
        var name = backend.Reference.QualifiedFor(from).Value;
        if (names.Route(name) is not { } child) return $"there is no HTTPRoute {Quoted.Text(name)}{(names.NearRoute(name) is { Length: > 0 } near ? $" ({near[2..]})" : "")}";
        return child.Routes.Any(route => route.QualifiedFor(new Referrer("HTTPRoute", child.Namespace)).Value == parent.Name)
            ? null
            : $"the HTTPRoute {Quoted.Text(name)} does not agree: it must name {Quoted.Text(parent.Name)} in its parentRefs, with 'kind: HTTPRoute'";
    }

    /// <summary>The route itself, unless only routes are its parents, and every route that it hands calls to.</summary>
    /// <param name="route">A route.</param>
    /// <param name="parents">Its own parents that are there; no routes.</param>
    public IEnumerable<DelegatedRoute> Of(HttpRoute route, ImmutableArray<string> parents)
    {
        if (parents.IsEmpty && route.Routes.Any()) return [];
        var found = new List<DelegatedRoute>();
        Add(found, new DelegatedRoute(route, parents, route.Hostnames, [.. route.Rules.Select((rule, index) => (rule, index))], []));
        return found;
    }

    /// <summary>Says which routes wait for calls that nobody hands to them.</summary>
    public void WarnOfUnused(IEnumerable<HttpRoute> routes)
    {
        foreach (var route in routes)
        {
            var from = new Referrer("HTTPRoute", route.Namespace);
            foreach (var parent in route.Routes)
            {
                var name = parent.QualifiedFor(from).Value;
                if (names.Route(name) is null)
                    diagnostics.Error(DiagnosticCodes.UnknownReference, parent.Name.Origin, $"there is no HTTPRoute {Quoted.Text(name)}{names.NearRoute(name)}");
                else if (!_used.Contains((route.Name, name)))
                    diagnostics.Warning(DiagnosticCodes.NothingDelegated, parent.Name.Origin, $"the HTTPRoute {Quoted.Text(name)} hands no call to {Quoted.Text(route.Name)}: name that in a backendRef with 'kind: HTTPRoute', and give it a parent of its own");
            }
        }
    }

    private void Add(List<DelegatedRoute> found, DelegatedRoute at)
    {
        found.Add(at with { Rules = [.. at.Rules.Where(rule => !Hands(at.Route, rule.Rule))] });
        foreach (var (rule, _) in at.Rules.Where(rule => Hands(at.Route, rule.Rule)))
        {
            var origin = rule.Backends[0].Reference.Name.Origin;
            var child = names.Route(rule.Backends[0].Reference.QualifiedFor(new Referrer("HTTPRoute", at.Route.Namespace)).Value)!;
            ImmutableArray<(HttpRoute Route, HttpRouteRule Rule)> way = [.. at.Way, (at.Route, rule)];
            _used.Add((child.Name, at.Route.Name));
            if (way.Any(step => step.Route.Name == child.Name)) Refuse(origin, $"the calls go in a circle: {string.Join(" → ", way.Select(step => step.Route.Name).Append(child.Name))}");
            else if (way.Length > Deepest) Refuse(origin, $"calls are handed on more than {Deepest} times, from {Quoted.Text(way[0].Route.Name)} on");
            else if (++_count > Most) Refuse(origin, $"there are more than {Most} ways by which routes hand on calls");
            else if (Cut(at, rule, child, way, origin) is { } next) Add(found, next);
        }
    }

    private bool Hands(HttpRoute route, HttpRouteRule rule) => rule.Backends is [{ IsRoute: true } only] && Fault(route, only) is null;

    private DelegatedRoute? Cut(DelegatedRoute at, HttpRouteRule rule, HttpRoute child, ImmutableArray<(HttpRoute Route, HttpRouteRule Rule)> way, Origin origin)
    {
        if (MatchCut.Hosts(at.Hostnames, child.Hostnames) is not { } hosts)
        {
            Warn(origin, $"nothing is handed to {Quoted.Text(child.Name)}: it has no host of {Quoted.Text(at.Route.Name)}");
            return null;
        }

        // A listener takes the outer route for its host, which the inner one need not have.
        var parents = routeParents.For(at.Parents, hosts);
        if (parents.IsEmpty && !at.Parents.IsEmpty)
        {
            Warn(origin, $"nothing is handed to {Quoted.Text(child.Name)}: it has no host of {string.Join(", ", at.Parents)}");
            return null;
        }

        var rules = ImmutableArray.CreateBuilder<(HttpRouteRule Rule, int Index)>();
        foreach (var (own, index) in child.Rules.Select((own, index) => (own, index)))
        {
            ImmutableArray<RouteMatchEntry> matches = [.. rule.Matches.SelectMany(outer => own.Matches, MatchCut.Of).OfType<RouteMatchEntry>()];
            if (matches.IsEmpty)
                Warn(own.Origin, $"this rule gets no call of the HTTPRoute {Quoted.Text(at.Route.Name)} ({rule.Origin}), which hands on other paths, methods or headers; regular expressions of paths cannot be handed on");
            else
                rules.Add((own with { Matches = matches }, index));
        }

        return new DelegatedRoute(child, parents, hosts, rules.ToImmutable(), way);
    }

    private void Refuse(Origin origin, string why)
    {
        if (_said.Add(origin)) diagnostics.Error(DiagnosticCodes.DelegationContradicts, origin, why);
    }

    private void Warn(Origin origin, string why)
    {
        if (_said.Add(origin)) diagnostics.Warning(DiagnosticCodes.NothingDelegated, origin, why);
    }
}
