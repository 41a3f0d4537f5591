using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads the backendRefs of a route's rule. What cannot act there is only warned of: its share of the calls says so.</summary>
internal static class RouteBackendsReader
{
    /// <param name="rule">The rule.</param>
    /// <param name="matches">What it matches.</param>
    /// <param name="filters">The rule's own filters.</param>
    /// <param name="isGrpc">Whether it is a GRPCRoute's.</param>
    public static ImmutableArray<BackendReference> Read(FieldReader rule, ImmutableArray<RouteMatchEntry> matches, FiltersEntry? filters, bool isGrpc = false)
    {
        var list = rule.List("backendRefs");
        var backends = ImmutableArray.CreateBuilder<BackendReference>();
        foreach (var item in rule.Maps(list, "backendRefs"))
        {
            var weight = item.Whole("weight", 0, 1_000_000);
            item.Whole("port", 1, 65535);
            var mirrors = new List<MirrorReference>();
            var own = FiltersReader.Read(item, matches, mirrors, isGrpc);
            if (own is { Cors: not null }) item.Error(DiagnosticCodes.FiltersExclude, item.Place("filters"), "a CORS filter stands at the rule: browsers ask before a backend is chosen");
            if (ReferenceReader.ReadRouteBackend(item, mayBeRoute: !isGrpc) is { } backend)
                backends.Add(new BackendReference(backend.Reference, weight?.Value ?? 1, own, backend.Fault) { Mirrors = [.. mirrors] });
            item.Close();
        }

        var isEmpty = list is not { Value.IsEmpty: false };
        if (filters is { Redirect: not null } && !isEmpty)
            rule.Error(DiagnosticCodes.FiltersExclude, list!.Value.Origin, "a rule with RequestRedirect sends nothing on, so it has no backendRefs");
        else if (isEmpty && filters is not { Redirect: not null })
            rule.Diagnostics.Warning(DiagnosticCodes.RuleWithoutBackends, rule.Origin, "this rule has no backendRefs, so it answers every call with 500");
        else if (!isEmpty && backends.Count == list!.Value.Value.Length && backends.All(backend => backend.Weight == 0))
            rule.Diagnostics.Warning(DiagnosticCodes.RuleWithoutBackends, list.Value.Origin, "every weight is 0, so this rule answers every call with 500");
        if (backends.FirstOrDefault(backend => backend.IsRoute) is { } route) CheckDelegation(rule, route, list!.Value.Value.Length, matches);
        return backends.ToImmutable();
    }

    /// <summary>What is handed on is decided there: nothing else stands beside it.</summary>
    private static void CheckDelegation(FieldReader rule, BackendReference route, int count, ImmutableArray<RouteMatchEntry> matches)
    {
        void Refuse(string why) => rule.Error(DiagnosticCodes.DelegationContradicts, route.Reference.Origin, why);
        if (count > 1) Refuse("a rule that hands its calls to an HTTPRoute has no other backendRef");
        if (route.Weight == 0) Refuse("a rule hands its calls to an HTTPRoute with a weight above 0, or not at all");
        if (matches.Any(match => match.PathType != PathMatchType.PathPrefix)) Refuse("a rule hands on what lies below a path: every match needs a path of type PathPrefix");
        if (rule.Has("filters") || route.Filters is not null || rule.Has("sessionPersistence")) Refuse("filters and sessions stand in the HTTPRoute that the calls are handed to, not here");
    }
}
