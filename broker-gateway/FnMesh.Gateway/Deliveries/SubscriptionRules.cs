using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Deliveries;

/// <summary>A subscription's policy as it stands: swapped as one.</summary>
/// <param name="Entry">The policy.</param>
/// <param name="Matches">Its source, types and filters, compiled; called from several threads.</param>
internal sealed record SubscriptionRules(SubscriptionEntry Entry, Func<EventRecord, bool> Matches)
{
    public DeliveryEntry Delivery => Entry.Delivery;

    public int Concurrency => Delivery.Concurrency ?? DeliveryEntry.DefaultConcurrency;

    public bool IsPaused => Entry.Paused is true;

    /// <summary>Where deliveries go, in words.</summary>
    public string Sink => InsideMesh ? string.Join(", ", Entry.Sink.Backends.Select(static backend => backend.App).Distinct()) : Entry.Sink.Uri;

    public bool InsideMesh => !Entry.Sink.Backends.IsDefaultOrEmpty;
}
