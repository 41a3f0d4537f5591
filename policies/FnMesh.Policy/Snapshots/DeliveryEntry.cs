namespace FnMesh.Policy.Snapshots;

/// <summary>How deliveries of one subscription are repeated (Knative DeliverySpec).</summary>
public sealed record DeliveryEntry
{
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
}
