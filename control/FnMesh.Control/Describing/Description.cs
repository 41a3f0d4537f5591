using System.Collections.Immutable;
using FnMesh.Control.Access;
using FnMesh.Control.Http;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;
using FnMesh.Policy.Effective;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Describing;

/// <summary>Describes one resource of the live policy.</summary>
internal static class Description
{
    private const string Members = "members of the mesh";

    public static DescriptionAnswer Of(DescribedMesh mesh, Resource resource)
    {
        var declared = DeclaringFunctions(mesh, resource);
        var policy = mesh.Snapshot;
        var app = resource.Kind == "FunctionApp" ? mesh.App(resource.QualifiedName) : null;
        // A route that is handed calls has an entry for each way.
        var routes = policy.Routes.Where(entry => TargetKinds.NameOf(entry.Kind) == resource.Kind && entry.Name == resource.QualifiedName).ToArray();
        var route = routes.FirstOrDefault();
        var subscription = resource.Kind == "Subscription" ? policy.Subscriptions.FirstOrDefault(entry => entry.Name == resource.QualifiedName) : null;
        ImmutableArray<LeadAnswer>? leads = route is not null ? [.. routes.SelectMany(entry => Leads.Of(mesh, entry))] : subscription is not null ? [.. Leads.Of(mesh, subscription)] : null;
        return new DescriptionAnswer(
            ResourceAnswer.Of(resource),
            [.. ConditionsOf(mesh, resource, app, route, subscription, declared)],
            declared.Where(by => by.Declaration.PlaceOf(by.Function) == resource.Origin.File).Select(by => $"{by.Declaration.Revision} {by.Function.Name}").FirstOrDefault(),
            app is null ? null : [.. RevisionsOf(mesh, app)],
            leads,
            app is null ? null : [.. Leads.To(policy, app.Name)],
            [.. WaysOf(mesh, resource)],
            [.. AccessOf(policy, resource, routes, subscription)]);
    }

    /// <summary>The functions in code that a resource stands for; none for one that a file writes.</summary>
    private static (Declaration Declaration, DeclaredFunction Function)[] DeclaringFunctions(DescribedMesh mesh, Resource resource)
    {
        var all = mesh.Declarations.SelectMany(declaration => declaration.Functions, (declaration, function) => (Declaration: declaration, Function: function)).ToArray();
        var from = Array.Find(all, by => by.Declaration.PlaceOf(by.Function) == resource.Origin.File);
        return from.Function is not { } named ? [] : Array.FindAll(all, by => by.Declaration.App == from.Declaration.App && by.Function.Name == named.Name && by.Function.Trigger == named.Trigger);
    }

    private static IEnumerable<ConditionAnswer> ConditionsOf(
        DescribedMesh mesh, Resource resource, AppEntry? app, RouteEntry? route, SubscriptionEntry? subscription, (Declaration Declaration, DeclaredFunction Function)[] declared)
    {
        yield return Conditions.AcceptedOf(mesh, resource);
        if (app is not null)
        {
            yield return Conditions.ReadyOf(mesh, app);
            yield break;
        }

        if (resource.Kind == "Gateway")
        {
            yield return Conditions.ReadyOf(mesh, resource.QualifiedName);
            yield break;
        }

        var backends = route?.Rules.SelectMany(rule => rule.Backends) ?? subscription?.Sink.Backends ?? [];
        yield return Conditions.ReadyOf(mesh, backends.Where(backend => backend.Weight > 0).Select(backend => (backend.App, backend.Revision)));
        if (subscription is not null)
            yield return Conditions.OrphanedOf(mesh, subscription.Name, [.. declared.Select(by => (by.Declaration.App, by.Declaration.Revision))]);
    }

    private static IEnumerable<RevisionAnswer> RevisionsOf(DescribedMesh mesh, AppEntry app)
    {
        var shares = EffectiveShares.Of(app, revision => mesh.EndpointsOf(app.Name, revision)).ToDictionary(share => share.Revision, share => share.Part, StringComparer.Ordinal);
        foreach (var revision in app.Revisions)
        {
            ImmutableArray<string> refusals =
            [
                .. mesh.Refusals.GetValueOrDefault((app.Name, revision.Name), [])
                    .Concat(mesh.Nodes.Where(node => node.Revision == revision.Name).SelectMany(node => node.Faults))
                    .Distinct(),
            ];
            yield return new RevisionAnswer(
                revision.Name,
                revision.Origin.ToString(),
                RunOf(revision.Run),
                revision.Replicas,
                Math.Round(100 * shares.GetValueOrDefault(revision.Name), 2),
                Conditions.Of(mesh, app, revision, refusals),
                mesh.EndpointsOf(app.Name, revision.Name)?.Endpoints ?? [],
                [.. mesh.DeclarationOf(app.Name, revision.Name)?.Functions.Select(DeclaredAnswer.Of) ?? []],
                refusals);
        }
    }

    private static string RunOf(RunEntry run) => run switch
    {
        { Url: { } url } => $"url {url}",
        { Project: { } project } => $"project {project}",
        _ => $"command {string.Join(' ', run.Command)}",
    };

    private static IEnumerable<WayAnswer> WaysOf(DescribedMesh mesh, Resource resource) => resource.Kind == "TrafficPolicy"
        ? mesh.Policy.Ways.Select(way => WayAnswer.Of(way, field => field.Kind == "TrafficPolicy" && field.Name == resource.QualifiedName)).Where(way => !way.Fields.IsEmpty)
        : mesh.Policy.Ways.Where(way => way.Kind == resource.Kind && way.Name == resource.QualifiedName).Select(way => WayAnswer.Of(way, static _ => true));

    private static IEnumerable<AccessAnswer> AccessOf(PolicySnapshot policy, Resource resource, RouteEntry[] routes, SubscriptionEntry? subscription)
    {
        if (resource.Kind == "AuthorizationPolicy") return AccessRows.Of(policy, resource.QualifiedName);
        AuthorizationTarget[] app = [.. AccessTargets.OfApp(resource.QualifiedName)];
        if (resource.Kind == "FunctionApp")
            return [.. AccessRows.Of(policy, Operation.Call, [AccessRows.Mesh, .. app], $"{Members}, and who comes by a route from outside"), .. AccessRows.Of(policy, Operation.Deliver, [AccessRows.Mesh, .. app], "what the broker took")];
        if (routes.Length > 0)
            return AccessRows.Of(policy, Operation.Call, [AccessRows.Mesh, .. routes.SelectMany(AccessTargets.OfRoute).Distinct(), .. AccessTargets.OfApps(routes.SelectMany(route => route.Rules).SelectMany(rule => rule.Backends))], routes.Any(route => route.IsFromOutside) ? "everybody" : Members);
        if (subscription is not null)
            return AccessRows.Of(policy, Operation.Deliver, [AccessRows.Mesh, .. AccessTargets.OfSubscription(subscription)], "what the broker took");
        if (resource.Kind == "Mesh")
            return [.. AccessRows.Of(policy, Operation.Call, [AccessRows.Mesh], $"{Members}, and who comes by a route from outside"), .. AccessRows.Of(policy, Operation.Publish, [AccessRows.Mesh, AccessRows.Broker], Members), .. AccessRows.Of(policy, Operation.Deliver, [AccessRows.Mesh], "what the broker took")];
        return [];
    }
}
