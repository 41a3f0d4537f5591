using System.Collections.Immutable;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Nodes;

/// <summary>The endpoints of now, and how they are written to gateways. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class EndpointsBoard(TimeProvider time)
{
    /// <summary>What computing them may take without being put off.</summary>
    private static readonly TimeSpan Cheap = TimeSpan.FromMilliseconds(2);

    private const int ShareOfTime = 10;
    private ImmutableHashSet<(string App, string Revision)> _wereReady = [];
    private TimeSpan _cost;
    private long _computed;

    public EndpointSnapshot Snapshot { get; private set; } = EndpointSnapshot.Empty;

    public byte[] Json { get; private set; } = [];

    /// <summary>The hash of <see cref="Json"/>; null before the first policy.</summary>
    public string? Version { get; private set; }

    /// <summary>Whether something has changed that was not computed yet.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Computes them anew. Where that takes long, as with thousands of nodes, a tenth of the time goes into it at most, and a later call catches up.</summary>
    /// <returns>Whether they differ from before.</returns>
    public bool Refresh(PolicySnapshot policy, IEnumerable<NodeEntry> nodes)
    {
        IsStale = _cost > Cheap && time.GetElapsedTime(_computed) < _cost * ShareOfTime;
        if (IsStale) return false;
        var began = time.GetTimestamp();
        var endpoints = StandingEndpoints.Of(policy, nodes, ref _wereReady);
        var json = EndpointSnapshotJson.Write(endpoints);
        var version = EndpointSnapshotJson.VersionOf(json);
        (_cost, _computed) = (time.GetElapsedTime(began), time.GetTimestamp());
        if (version == Version) return false;
        (Snapshot, Json, Version) = (endpoints, json, version);
        return true;
    }
}
