namespace FnMesh.Gateway.Broker;

/// <param name="Limit">1 to 1,000.</param>
/// <param name="Before">Only events with smaller offsets; null starts at the newest.</param>
/// <param name="Type">Only this type; null means all.</param>
/// <param name="Id">Only events with this CloudEvents id; null means all.</param>
internal sealed record EventQuery(int Limit, long? Before = null, string? Type = null, string? Id = null);
