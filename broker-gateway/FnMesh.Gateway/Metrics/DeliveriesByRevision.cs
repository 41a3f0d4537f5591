using System.Collections.Concurrent;

namespace FnMesh.Gateway.Metrics;

/// <summary>What is measured of the deliveries of one subscription, revision by revision; a revision is there from its first delivery on.</summary>
/// <param name="bind">Binds the series of one.</param>
internal sealed class DeliveriesByRevision(Func<string, string, RevisionDeliveries> bind)
{
    private readonly ConcurrentDictionary<(string App, string Revision), RevisionDeliveries> _known = new();

    public IEnumerable<RevisionDeliveries> All => _known.Values.OrderBy(static one => one.App, StringComparer.Ordinal).ThenBy(static one => one.Revision, StringComparer.Ordinal);

    public RevisionDeliveries Of(string app, string revision) => _known.GetOrAdd((app, revision), key => bind(key.App, key.Revision));
}
