using System.Collections.Immutable;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Describing;

/// <summary>Where routes and subscriptions lead to.</summary>
internal static class Leads
{
    public static IEnumerable<LeadAnswer> Of(DescribedMesh mesh, RouteEntry route) =>
        from rule in route.Rules
        from match in rule.Matches
        from backend in rule.Backends
        select new LeadAnswer(Describe(rule, match), backend.App, backend.Revision, Percent(rule.Backends, backend, rule.InvalidBackends), [.. Functions(mesh, backend.App, match)]);

    public static IEnumerable<LeadAnswer> Of(DescribedMesh mesh, SubscriptionEntry subscription)
    {
        var from = Describe(subscription);
        if (subscription.Sink.Backends.IsEmpty) return [new LeadAnswer(from, subscription.Sink.Uri, null, 100, [])];
        return subscription.Sink.Backends.Select(backend => new LeadAnswer(
            from,
            backend.App,
            backend.Revision,
            Percent(subscription.Sink.Backends, backend),
            [.. mesh.FunctionsOf(backend.App).Where(function => function.Trigger == DeclaredTrigger.Event && function.Target == subscription.Sink.Uri).Select(function => function.Name)]));
    }

    /// <summary>Everything that leads to an app.</summary>
    public static IEnumerable<string> To(PolicySnapshot policy, string app)
    {
        var routes =
            from route in policy.Routes
            from rule in route.Rules
            where rule.Backends.Any(backend => backend.App == app)
            from match in rule.Matches
            select $"{TargetKinds.NameOf(route.Kind)} {route.Name} on {string.Join(", ", route.Parents)}: {Describe(rule, match)}";
        var subscriptions = policy.Subscriptions.Where(one => one.Sink.Backends.Any(backend => backend.App == app)).Select(one => $"Subscription {one.Name}: {Describe(one)}");
        return routes.Concat(subscriptions);
    }

    private static string Describe(SubscriptionEntry subscription) =>
        (subscription.Types.IsEmpty ? "every event" : string.Join(", ", subscription.Types))
        + (subscription.Source is { } source ? $" from {source}" : "")
        + (subscription.Filters.IsEmpty ? "" : " through its filters");

    private static string Describe(RouteRuleEntry rule, RouteMatchEntry match) =>
        $"{(rule.Name is { } name ? $"{name}: " : "")}{(match.IsGrpc is true ? "gRPC" : match.Method ?? "ANY")} {match.Path}{(match.GrpcMethod is { } called ? $"*/{called}" : match.PathType == PathMatchType.PathPrefix ? (match.Path == "/" ? "*" : "/*") : "")}"
        + string.Concat(match.Headers.Select(header => $" with {header.Name}: {header.Value}"))
        + string.Concat((match.QueryParams ?? []).Select(parameter => $" with ?{parameter.Name}={parameter.Value}"));

    /// <summary>The functions of an app that a match may reach.</summary>
    private static IEnumerable<string> Functions(DescribedMesh mesh, string app, RouteMatchEntry match) =>
        from function in mesh.FunctionsOf(app)
        where function.Trigger == DeclaredTrigger.Http && (match.Method is null || function.Methods.IsEmpty || function.Methods.Contains(match.Method))
        let path = DeclaredAnswer.LiteralPath(function)
        let isLiteral = path.Length - 1 == (function.Route ?? "").Length
        where match.PathType == PathMatchType.Exact
            ? (isLiteral ? path == match.Path : IsBelow(match.Path, path))
            : IsBelow(path, match.Path) || (!isLiteral && IsBelow(match.Path, path))
        select function.Name;

    private static bool IsBelow(string path, string prefix) =>
        prefix == "/" || path == prefix || path.StartsWith(prefix.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static double Percent(ImmutableArray<BackendEntry> backends, BackendEntry backend, ImmutableArray<InvalidBackendEntry>? invalid = null) => backend.Weight == 0
        ? 0
        : Math.Round(100.0 * backend.Weight / (backends.Sum(one => (double)one.Weight) + (invalid ?? []).Sum(one => (double)one.Weight)), 2);
}
