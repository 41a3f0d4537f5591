using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Effective;

/// <summary>Who gets the traffic of an app at a moment.</summary>
public static class EffectiveShares
{
    /// <summary>
    /// As written among the revisions that have been ready: a new one that is still starting fails no call. Without a written split all goes to the latest that has an endpoint.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="endpoints">What is known of a revision; null for nothing.</param>
    /// <returns>Revisions with a part each; the parts add up to 1.</returns>
    public static ImmutableArray<(string Revision, double Part)> Of(AppEntry app, Func<string, RevisionEndpoints?> endpoints)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(endpoints);
        if (app.Traffic.IsEmpty)
        {
            var latest = app.Revisions.LastOrDefault(revision => endpoints(revision.Name) is { Endpoints.Length: > 0 });
            return [((latest ?? app.Revisions[^1]).Name, 1)];
        }

        var started = app.Traffic.Where(share => share.Percent > 0 && endpoints(share.Revision) is { WasReady: true }).ToArray();
        var sharing = started.Length > 0 ? started : [.. app.Traffic.Where(share => share.Percent > 0)];
        double total = sharing.Sum(share => share.Percent);
        return [.. sharing.Select(share => (share.Revision, share.Percent / total))];
    }
}
