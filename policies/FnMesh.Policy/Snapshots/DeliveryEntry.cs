namespace FnMesh.Policy.Snapshots;

/// <summary>How deliveries of one subscription are repeated (Knative DeliverySpec).</summary>
public sealed record DeliveryEntry
{
    /// <summary>What a subscriber's Retry-After counts up to, where the policy does not say.</summary>
    public static readonly TimeSpan DefaultRetryAfterMax = TimeSpan.FromDays(1);

    /// <summary>Deliveries in flight at once, where the policy does not say.</summary>
    public const int DefaultConcurrency = 64;

    /// <summary>Redeliveries after the first delivery; 0 to 1,000.</summary>
    public required int Retry { get; init; }

    public required BackoffPolicy BackoffPolicy { get; init; }

    public required TimeSpan BackoffDelay { get; init; }

    public required TimeSpan BackoffMax { get; init; }

    /// <summary>The time for one delivery with all its attempts in line.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether events with the same <c>partitionkey</c> are delivered one after the other.</summary>
    public required bool Ordered { get; init; }

    /// <summary>Whether an event that cannot be delivered is kept as a dead letter; if not it is dropped, and the log says so.</summary>
    public required bool DeadLetter { get; init; }

    /// <summary>Up to so many percent are taken off each delay, so that what failed together does not come back together; null for none.</summary>
    public int? BackoffJitter { get; init; }

    /// <summary>What a subscriber's Retry-After counts up to; zero: it does not count. Null: <see cref="DefaultRetryAfterMax"/>.</summary>
    public TimeSpan? RetryAfterMax { get; init; }

    /// <summary>Deliveries in flight at once, 1 to 1,000; null: <see cref="DefaultConcurrency"/>.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Deliveries that begin in a second, 1 to 100,000; null: any number.</summary>
    public int? Rate { get; init; }

    /// <summary>Null: each event is a request of its own.</summary>
    public BatchEntry? Batch { get; init; }

    /// <summary>For how long an event with the same source and id is not delivered again; null: it is.</summary>
    public TimeSpan? DeduplicateWindow { get; init; }
}
