using System.Collections.Immutable;
using System.Text.Json;
using FnMesh.Control.Editing;
using FnMesh.Policy;
using FnMesh.Policy.Effective;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Traffic;

/// <summary><c>GET</c> and <c>PUT /api/v1/apps/{app}/traffic</c>.</summary>
/// <param name="role">Whose policy it is.</param>
/// <param name="edits">Makes changes live.</param>
internal sealed class TrafficEndpoint(ControlRole role, LiveEdits edits)
{
    private const int MaxShares = 1_000;
    private const string Form = "{ \"traffic\": [ { \"revisionName\": …, \"percent\": … } ] }, with whole percents";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/apps/{app}/traffic", context => FindAsync(context, app => WriteAsync(context, app.Name, changed: false)));
        routes.MapPut("/api/v1/apps/{app}/traffic", context => FindAsync(context, app => ChangeAsync(context, app)));
    }

    private Task FindAsync(HttpContext context, Func<AppEntry, Task> then)
    {
        if (role.Current?.Snapshot is not { } policy) return ControlApi.WriteNotReadyAsync(context);
        var name = QualifiedName.Read((string)context.Request.RouteValues["app"]!);
        return policy.Apps.FirstOrDefault(app => app.Name == name) is { } found
            ? then(found)
            : WriteNoAppAsync(context, name, policy);
    }

    private static Task WriteNoAppAsync(HttpContext context, string name, PolicySnapshot policy) =>
        ControlApi.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such app", $"there is no app '{name}'{NearestName.Hint(name, policy.Apps.Select(app => app.Name))}");

    private async Task ChangeAsync(HttpContext context, AppEntry app)
    {
        var (shares, misuse) = await ReadAsync(context, app);
        if (misuse is not null)
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "Bad split", misuse);
            return;
        }

        await edits.RunAsync(
            context, "split", () => TrafficEdit.Make(role.Folder, role.TryCompile, app, shares), () => IsLive(app.Name, shares), changed => WriteAsync(context, app.Name, changed));
    }

    private bool IsLive(string app, IEnumerable<TrafficShare> shares) =>
        role.Current?.Snapshot?.Apps.FirstOrDefault(entry => entry.Name == app) is { } live && TrafficEdit.Holds(live.Traffic, shares);

    private static async Task<(ImmutableArray<TrafficShare> Shares, string? Misuse)> ReadAsync(HttpContext context, AppEntry app)
    {
        if (!context.Request.HasJsonContentType()) return ([], "the body is not application/json");
        TrafficBody? body;
        try
        {
            body = await JsonSerializer.DeserializeAsync(context.Request.Body, TrafficJson.Default.TrafficBody, context.RequestAborted);
        }
        catch (JsonException fault)
        {
            return ([], $"the body is no split at {fault.Path ?? "$"}, line {fault.LineNumber + 1}; write {Form}");
        }

        if (body is not { Traffic: { IsDefaultOrEmpty: false, Length: <= MaxShares } wanted }) return ([], $"the body names no share, or more than {MaxShares}; write {Form}");
        var names = app.Revisions.Select(revision => revision.Name).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var written in wanted)
        {
            if (written is not { RevisionName: { } named }) return ([], "a share is null, or names no revision");
            var share = written with { RevisionName = QualifiedName.Read(named, QualifiedName.NamespaceOf(app.Name)) };
            if (!names.Contains(share.RevisionName)) return ([], $"the app {app.Name} has no revision '{share.RevisionName}'{(NearestName.Hint(share.RevisionName, names) is { Length: > 0 } hint ? hint : $"; it has {string.Join(", ", app.Revisions.Select(revision => revision.Name))}")}");
            if (!seen.Add(share.RevisionName)) return ([], $"the revision '{share.RevisionName}' is named twice");
            if (share.Percent is < 0 or > 100) return ([], $"{share.Percent} percent of {share.RevisionName} is not from 0 to 100");
        }

        var sum = wanted.Sum(share => share.Percent);
        return sum == 100
            ? ([.. wanted.Select(share => new TrafficShare(QualifiedName.Read(share.RevisionName, QualifiedName.NamespaceOf(app.Name)), share.Percent))], null)
            : ([], $"the percents add up to {sum}, not to 100; a revision that is not named gets 0");
    }

    private Task WriteAsync(HttpContext context, string name, bool changed)
    {
        // Another edit may have gone live meanwhile, and have taken the app out.
        if (role.Current?.Snapshot is not { } policy) return ControlApi.WriteNotReadyAsync(context);
        if (policy.Apps.FirstOrDefault(entry => entry.Name == name) is not { } app) return WriteNoAppAsync(context, name, policy);
        var endpoints = role.Plane.Endpoints.Revisions.Where(revision => revision.App == name).ToDictionary(revision => revision.Revision, StringComparer.Ordinal);
        var now = EffectiveShares.Of(app, revision => endpoints.GetValueOrDefault(revision)).ToDictionary(share => share.Revision, share => share.Part, StringComparer.Ordinal);
        var answer = new TrafficAnswer(
            name,
            app.Origin.ToString(),
            policy.Hash,
            !app.Traffic.IsEmpty,
            edits.AreServed(policy),
            changed,
            [
                .. from revision in app.Revisions
                   let there = endpoints.GetValueOrDefault(revision.Name)?.Endpoints.Length ?? 0
                   let wanted = revision.Run.Url is null ? revision.Replicas : 1
                   select new ShareAnswer(
                       revision.Name, app.Traffic.FirstOrDefault(share => share.Revision == revision.Name)?.Percent ?? 0, Math.Round(100 * now.GetValueOrDefault(revision.Name), 2), there >= wanted, there, wanted),
            ]);
        return ControlApi.WriteAsync(context, StatusCodes.Status200OK, answer, TrafficJson.Default.TrafficAnswer);
    }
}
