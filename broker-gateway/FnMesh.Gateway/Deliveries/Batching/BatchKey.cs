using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>What events must have in common to travel in one request.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Endpoint">Where each of them was to go.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Principal">Who published them: a request names one.</param>
internal readonly record struct BatchKey(string Subscription, Endpoint Endpoint, string Target, string Principal);
