using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Nodes;

/// <summary>Which endpoints gateways may call: what the policy names as <c>url</c>, and what nodes announced and keep alive.</summary>
internal static class StandingEndpoints
{
    /// <summary>Whether a node was started by hand, and serves in place of what was not.</summary>
    public static bool IsInPlace(NodeEntry node) => node is { Stands: true, Outbox: not null, Function.InPlace: true };

    /// <param name="policy">Names the revisions.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="wereReady">Revisions that have had an endpoint; grows.</param>
    public static EndpointSnapshot Of(PolicySnapshot policy, IEnumerable<NodeEntry> nodes, ref ImmutableHashSet<(string App, string Revision)> wereReady)
    {
        var standing = nodes.Where(node => node is { Stands: true, IsWithdrawn: false, Function: not null }).ToLookup(node => (node.App, node.Function!.Revision));
        var revisions = ImmutableArray.CreateBuilder<RevisionEndpoints>();
        foreach (var (app, revision) in policy.Apps.SelectMany(app => app.Revisions, (app, revision) => (app.Name, revision)))
        {
            if (revision.Run.Url is { } url)
            {
                revisions.Add(new RevisionEndpoints(app, revision.Name, true, [new Uri(url.TrimEnd('/'))]));
                continue;
            }

            var all = standing[(app, revision.Name)].ToArray();
            // Whoever was started by hand is often killed: once its stream is gone, those whose place it took are called again.
            var inPlace = Array.FindAll(all, IsInPlace);
            var usual = Array.FindAll(all, node => !node.Function!.InPlace);
            var chosen = inPlace.Length > 0 ? inPlace : usual.Length > 0 ? usual : all;
            if (chosen.Length > 0) wereReady = wereReady.Add((app, revision.Name));
            revisions.Add(new RevisionEndpoints(
                app,
                revision.Name,
                wereReady.Contains((app, revision.Name)),
                [.. chosen.Select(node => new Uri(node.Function!.Address)).Distinct()],
                chosen.Length > 0 ? chosen[0].Id.ToString() : null));
        }

        return new EndpointSnapshot(revisions.ToImmutable());
    }
}
