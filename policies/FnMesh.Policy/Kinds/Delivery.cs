using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a Subscription says of its deliveries; null is what it leaves out.</summary>
internal sealed record Delivery
{
    public Written<int>? Retry { get; init; }

    public Written<BackoffPolicy>? BackoffPolicy { get; init; }

    public Written<TimeSpan>? BackoffDelay { get; init; }

    public Written<TimeSpan>? BackoffMax { get; init; }

    public Written<int>? BackoffJitter { get; init; }

    public Written<TimeSpan>? RetryAfterMax { get; init; }

    public Written<TimeSpan>? Timeout { get; init; }

    public Written<bool>? Ordered { get; init; }

    public Written<bool>? DeadLetter { get; init; }

    public Written<int>? Concurrency { get; init; }

    public Written<int>? Rate { get; init; }

    public Written<BatchEntry>? Batch { get; init; }

    public Written<TimeSpan>? DeduplicateWindow { get; init; }
}
