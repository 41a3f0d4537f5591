using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Access;

/// <summary>What is asked beside the mesh.</summary>
internal static class AccessTargets
{
    public static IEnumerable<AuthorizationTarget> OfApp(string app) => [OfNamespace(app), new(AuthorizationTargetKind.FunctionApp, app, null)];

    public static IEnumerable<AuthorizationTarget> OfApps(IEnumerable<BackendEntry> backends) => backends.Select(backend => backend.App).Distinct(StringComparer.Ordinal).SelectMany(OfApp).Distinct();

    public static IEnumerable<AuthorizationTarget> OfRoute(RouteEntry route) => route.Rules
        .Select(rule => rule.Name).OfType<string>()
        .Select(section => new AuthorizationTarget(route.Kind, route.Name, section))
        .Prepend(new AuthorizationTarget(route.Kind, route.Name, null))
        .Concat((route.Delegated ?? []).SelectMany(by => new[] { new AuthorizationTarget(AuthorizationTargetKind.HttpRoute, by.Route, null), new AuthorizationTarget(AuthorizationTargetKind.HttpRoute, by.Route, by.Rule) }))
        .Distinct();

    public static IEnumerable<AuthorizationTarget> OfSubscription(SubscriptionEntry subscription) =>
        (subscription.Sink.Backends.IsEmpty ? [OfNamespace(subscription.Name)] : Array.Empty<AuthorizationTarget>())
        .Append(new AuthorizationTarget(AuthorizationTargetKind.Subscription, subscription.Name, null))
        .Concat(OfApps(subscription.Sink.Backends));

    private static AuthorizationTarget OfNamespace(string qualified) => new(AuthorizationTargetKind.Namespace, QualifiedName.NamespaceOf(qualified), null);
}
