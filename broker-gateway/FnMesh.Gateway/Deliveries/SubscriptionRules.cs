using FnMesh.Gateway.Events;
using FnMesh.Gateway.Webhooks;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Deliveries;

/// <summary>A subscription's policy as it stands: swapped as one.</summary>
/// <param name="Entry">The policy.</param>
/// <param name="Matches">Its source, types and filters, compiled; called from several threads.</param>
/// <param name="Consent">What an address outside the mesh has said; null for a sink in it.</param>
internal sealed record SubscriptionRules(SubscriptionEntry Entry, Func<EventRecord, bool> Matches, WebhookConsent? Consent = null)
{
    public DeliveryEntry Delivery => Entry.Delivery;

    public int Concurrency => Delivery.Concurrency ?? DeliveryEntry.DefaultConcurrency;

    /// <summary>Deliveries that may begin in a second: what the policy says, or the address allows if that is less; null for any number.</summary>
    public double? PerSecond => IsHeldToRate ? Consent!.PerMinute / 60.0 : Delivery.Rate;

    /// <summary>Whether the address outside counts: then no two begin at once.</summary>
    public bool IsHeldToRate => Consent?.PerMinute is { } allowed && !(Delivery.Rate * 60.0 < allowed);

    public bool IsPaused => Entry.Paused is true;

    /// <summary>Where deliveries go, in words.</summary>
    public string Sink => InsideMesh ? string.Join(", ", Entry.Sink.Backends.Select(static backend => backend.App).Distinct()) : Entry.Sink.Uri;

    public bool InsideMesh => !Entry.Sink.Backends.IsDefaultOrEmpty;
}
