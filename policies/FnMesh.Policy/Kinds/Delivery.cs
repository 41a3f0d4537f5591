using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a Subscription says of its deliveries; null is what it leaves out.</summary>
internal sealed record Delivery
{
    public int? Retry { get; init; }

    public BackoffPolicy? BackoffPolicy { get; init; }

    public TimeSpan? BackoffDelay { get; init; }

    public TimeSpan? BackoffMax { get; init; }

    public TimeSpan? Timeout { get; init; }

    public bool? Ordered { get; init; }

    public bool? DeadLetter { get; init; }
}
