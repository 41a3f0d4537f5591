namespace FnMesh.Gateway.Broker;

/// <summary>Some of what a query finds.</summary>
/// <param name="Items">Newest first; at most as many as the query's limit and 16 MiB, but at least one if there is one.</param>
/// <param name="Next">The <c>before</c> of the query that goes on; null when there is nothing more. A search that finds little ends early, and then there may be fewer items than wanted, or none, and a next.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, long? Next);
