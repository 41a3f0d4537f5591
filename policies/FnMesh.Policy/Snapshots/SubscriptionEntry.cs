using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Which events go where, and how hard delivery is tried.</summary>
public sealed record SubscriptionEntry
{
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>The only <c>source</c> that is wanted; null means every one.</summary>
    public string? Source { get; init; }

    /// <summary>Exact types, any of them; empty means every type.</summary>
    public required ImmutableArray<string> Types { get; init; }

    /// <summary>Filters that must all hold (CloudEvents Subscriptions API, 3.2.4).</summary>
    public required ImmutableArray<EventFilter> Filters { get; init; }

    public required SinkEntry Sink { get; init; }

    public required DeliveryEntry Delivery { get; init; }

    /// <summary>The topic of the mesh's Kafka that its events come from; null: the mesh's own log.</summary>
    public string? Topic { get; init; }

    /// <summary>Where it begins when it is new; null: with the next event.</summary>
    public StartEntry? Start { get; init; }

    /// <summary>Whether its events wait in the log until it goes on; null: they do not.</summary>
    public bool? Paused { get; init; }
}
