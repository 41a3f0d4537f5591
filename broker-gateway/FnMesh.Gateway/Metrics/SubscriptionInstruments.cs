namespace FnMesh.Gateway.Metrics;

/// <summary>What is measured of the deliveries of one subscription; bound with the table.</summary>
/// <param name="Acknowledged">Deliveries that were done.</param>
/// <param name="RetriedLater">Deliveries that come again.</param>
/// <param name="GivenUp">Deliveries that ended as a dead letter.</param>
/// <param name="Dropped">Deliveries that were given up and not kept, as the policy says.</param>
/// <param name="DeadLetters">Dead letters stored.</param>
/// <param name="Lost">Events whose retention ended before the subscription had looked at them.</param>
/// <param name="Duplicates">Events that were passed over, because the same came before.</param>
/// <param name="ByRevision">The same by the revision that a delivery went to.</param>
internal sealed record SubscriptionInstruments(
    BoundCounter Acknowledged, BoundCounter RetriedLater, BoundCounter GivenUp, BoundCounter Dropped, BoundCounter DeadLetters, BoundCounter Lost, BoundCounter Duplicates,
    DeliveriesByRevision ByRevision);
