using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Limits;

/// <summary>How long the bodies of calls may be that go one way.</summary>
internal sealed class BodyLimit(BodyLimitEntry entry)
{
    /// <summary>In bytes.</summary>
    public long Most => entry.Most;

    /// <summary>Why a longer one is refused.</summary>
    public string Reason { get; } = $"TrafficPolicy {entry.Source.Policy} ({entry.Source.Origin}) takes bodies of up to {entry.Most} bytes to {entry.Source.Target}; send less, or raise 'limits.bodyBytes'";
}
