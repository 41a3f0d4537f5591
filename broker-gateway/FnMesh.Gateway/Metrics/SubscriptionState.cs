namespace FnMesh.Gateway.Metrics;

/// <summary>Where a subscription stands now.</summary>
/// <param name="Subscription">Its name.</param>
/// <param name="Lag">Events in the log behind its cursor.</param>
/// <param name="Parked">Events that wait for a redelivery, or behind one.</param>
/// <param name="InFlight">Deliveries under way.</param>
/// <param name="Unsettled">Parked events by the revision that was given them; those that nobody was given are in none.</param>
/// <param name="Revisions">What became of its deliveries to each revision, since the gateway began.</param>
/// <param name="Waits">Why nothing is delivered to a sink outside the mesh; null when something may be, and for a sink in the mesh.</param>
internal readonly record struct SubscriptionState(string Subscription, long Lag, long Parked, long InFlight, IReadOnlyDictionary<string, int>? Unsettled = null, IReadOnlyList<RevisionDeliveries>? Revisions = null, string? Waits = null);
