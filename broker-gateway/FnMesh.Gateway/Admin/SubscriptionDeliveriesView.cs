using FnMesh.Gateway.Metrics;

namespace FnMesh.Gateway.Admin;

/// <summary>Where a subscription stands in this gateway.</summary>
/// <param name="Subscription">Its name.</param>
/// <param name="Lag">Events in the log that are neither settled nor parked.</param>
/// <param name="Parked">Events that wait for a redelivery, behind one, or for their time.</param>
/// <param name="InFlight">Deliveries under way.</param>
/// <param name="Revisions">By the revision that deliveries went to; only those that had one.</param>
/// <param name="Waits">Why nothing is delivered to a sink outside the mesh; null when something may be, and for a sink in the mesh.</param>
internal sealed record SubscriptionDeliveriesView(string Subscription, long Lag, long Parked, long InFlight, IReadOnlyList<RevisionDeliveriesView> Revisions, string? Waits)
{
    public static SubscriptionDeliveriesView Of(SubscriptionState state) => new(
        state.Subscription, state.Lag, state.Parked, state.InFlight,
        [.. (state.Revisions ?? []).Select(revision => RevisionDeliveriesView.Of(revision, state.Unsettled?.GetValueOrDefault(revision.Revision) ?? 0))],
        state.Waits);
}
