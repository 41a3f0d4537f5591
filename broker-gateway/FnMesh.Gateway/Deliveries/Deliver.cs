using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Deliveries;

/// <summary>Sends one event through the pipeline to its subscriber. Never throws but for <paramref name="cancel"/>.</summary>
/// <param name="subscription">The subscription's name; its current policy is looked up once for each delivery.</param>
/// <param name="stored">The event.</param>
/// <param name="number">1 for the first delivery; counts redeliveries.</param>
/// <param name="revision">Where an earlier delivery of it went; null when none reached anybody.</param>
/// <param name="cancel">The gateway stops.</param>
/// <returns>Null when nobody is there to take it, and nobody saw it: it is as if it had not been tried.</returns>
internal delegate ValueTask<DeliveryResult?> Deliver(string subscription, StoredEvent stored, int number, string? revision, CancellationToken cancel);
