using System.Collections.Immutable;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Describing;

/// <summary>Whether something counts, and whether it works now.</summary>
internal static class Conditions
{
    private const string Accepted = "Accepted";
    private const string Ready = "Ready";

    /// <summary>What is live is accepted; an edit that was not is said.</summary>
    public static ConditionAnswer AcceptedOf(DescribedMesh mesh, Resource resource)
    {
        var faults = mesh.RefusedEdit.Where(fault => fault.Severity == Severity.Error).ToArray();
        var own = Array.FindAll(faults, fault => fault.Origin.File == resource.Origin.File);
        if (own.Length > 0) return ConditionAnswer.Of(Accepted, false, "EditRefused", $"the last edit of its file is refused, and what was live before stays: {own[0]}{(own.Length > 1 ? $", and {own.Length - 1} more" : "")}");
        return faults.Length > 0
            ? ConditionAnswer.Of(Accepted, true, "OtherEditRefused", $"policy {Short(mesh.Snapshot.Hash)} is live; edits wait for what is wrong elsewhere: {faults[0]}")
            : ConditionAnswer.Of(Accepted, true, Accepted, $"policy {Short(mesh.Snapshot.Hash)} is live");
    }

    /// <summary>Whether gateways serve the policy, and everything that is led to has an endpoint.</summary>
    /// <param name="mesh">The moment.</param>
    /// <param name="ways">Apps with a revision, or null for the app's traffic.</param>
    public static ConditionAnswer ReadyOf(DescribedMesh mesh, IEnumerable<(string App, string? Revision)> ways)
    {
        if (GatewayFault(mesh) is { } fault) return ConditionAnswer.Of(Ready, false, fault.Reason, fault.Message);
        var lacking = ways.Distinct().Where(way => !Serves(mesh, way.App, way.Revision)).Select(way => way.Revision ?? way.App).ToArray();
        return lacking.Length > 0
            ? ConditionAnswer.Of(Ready, false, "NoEndpoint", $"nothing serves {string.Join(", ", lacking)}")
            : ConditionAnswer.Of(Ready, true, Ready, "every gateway serves it");
    }

    public static ConditionAnswer ReadyOf(DescribedMesh mesh, AppEntry app)
    {
        var lacking = app.Revisions.Select(revision => (revision.Name, There: EndpointsOf(mesh, app, revision), Wanted: WantedOf(revision))).Where(revision => revision.There < revision.Wanted).ToArray();
        if (GatewayFault(mesh) is { } fault) return ConditionAnswer.Of(Ready, false, fault.Reason, fault.Message);
        return lacking.Length > 0
            ? ConditionAnswer.Of(Ready, false, "NoEndpoint", string.Join(", ", lacking.Select(revision => $"{revision.Name} has {revision.There} of {revision.Wanted} endpoints{WhyOf(mesh, app.Name, revision.Name)}")))
            : ConditionAnswer.Of(Ready, true, Ready, "every revision serves");
    }

    /// <summary>Whether the listeners of a Gateway are open, with a certificate that can be used, in every gateway.</summary>
    public static ConditionAnswer ReadyOf(DescribedMesh mesh, string gateway)
    {
        if (GatewayFault(mesh) is { } fault) return ConditionAnswer.Of(Ready, false, fault.Reason, fault.Message);
        var faults = mesh.Nodes.Where(node => node is { Role: "gateway", Connected: true })
            .SelectMany(node => node.Faults.Where(one => IsOf(gateway, one)), (node, one) => $"gateway {node.Name}: {one}").ToArray();
        return faults.Length > 0
            ? ConditionAnswer.Of(Ready, false, "ListenerFault", string.Join("; ", faults))
            : ConditionAnswer.Of(Ready, true, Ready, "every listener is open in every gateway");
    }

    public static ImmutableArray<ConditionAnswer> Of(DescribedMesh mesh, AppEntry app, RevisionEntry revision, ImmutableArray<string> refusals)
    {
        var (there, wanted) = (EndpointsOf(mesh, app, revision), WantedOf(revision));
        return
        [
            refusals.IsEmpty ? ConditionAnswer.Of(Accepted, true, Accepted, "nothing of it is refused") : ConditionAnswer.Of(Accepted, false, "Refused", refusals[0]),
            ConditionAnswer.Of(Ready, there >= wanted, there >= wanted ? Ready : "NoEndpoint", Counted(there, wanted) + (there >= wanted ? "" : WhyOf(mesh, app.Name, revision.Name))),
        ];
    }

    /// <summary>A subscription that code declares keeps its events while no revision that serves declares it.</summary>
    /// <param name="mesh">The moment.</param>
    /// <param name="subscription">Its name.</param>
    /// <param name="declared">The revisions that have declared it once; empty for one that is written in a file.</param>
    public static ConditionAnswer OrphanedOf(DescribedMesh mesh, string subscription, IReadOnlyList<(string App, string Revision)> declared)
    {
        if (declared.Count == 0) return ConditionAnswer.Of("Orphaned", false, "Written", "it is written in a file");
        var serving = declared.Where(by => mesh.Serves(by.App, by.Revision)).Select(by => by.Revision).ToArray();
        return serving.Length > 0
            ? ConditionAnswer.Of("Orphaned", false, "Declared", $"declared by {string.Join(", ", serving)}")
            : ConditionAnswer.Of("Orphaned", true, "NotDeclared", $"no revision that serves declares {subscription}; it keeps its place and its events");
    }

    /// <summary>A fault begins with the listeners that it is about.</summary>
    private static bool IsOf(string gateway, string fault) =>
        fault.IndexOf(": ", StringComparison.Ordinal) is > 0 and var end && fault[..end].Split(", ").Any(listener => listener.StartsWith($"{gateway}/", StringComparison.Ordinal));

    private static bool Serves(DescribedMesh mesh, string app, string? revision) => revision is not null
        ? mesh.Serves(app, revision)
        : mesh.App(app) is { } entry && entry.Revisions.Any(one => mesh.Serves(app, one.Name));

    private static (string Reason, string Message)? GatewayFault(DescribedMesh mesh)
    {
        var gateways = mesh.Nodes.Where(node => node is { Role: "gateway", Connected: true }).ToArray();
        if (gateways.Length == 0) return ("NoGateway", "no gateway is connected to control");
        return Array.Find(gateways, node => node.Policy != mesh.Snapshot.Hash) is { } behind
            ? ("NotServed", $"gateway {behind.Name} serves {(behind.Policy.Length == 0 ? "no policy" : $"policy {Short(behind.Policy)}")}{(behind.Faults.IsEmpty ? "" : $": {behind.Faults[0]}")}")
            : null;
    }

    private static int EndpointsOf(DescribedMesh mesh, AppEntry app, RevisionEntry revision) => mesh.EndpointsOf(app.Name, revision.Name)?.Endpoints.Length ?? 0;

    /// <summary>While one process takes the place of another, both may be called for a moment.</summary>
    private static string Counted(int there, int wanted) => $"{Math.Min(there, wanted)} of {wanted} endpoints{(there > wanted ? $", and {there - wanted} more while processes change over" : "")}";

    /// <summary>What is known of why a revision does not start, and where more of it stands.</summary>
    private static string WhyOf(DescribedMesh mesh, string app, string revision) =>
        mesh.Failures.TryGetValue((app, revision), out var failure) ? $": {failure}; see 'fnmesh logs {app}'" : "";

    private static int WantedOf(RevisionEntry revision) => revision.Run.Url is null ? revision.Replicas : 1;

    private static string Short(string hash) => hash[..Math.Min(8, hash.Length)];
}
