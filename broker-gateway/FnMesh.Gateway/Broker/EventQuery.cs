namespace FnMesh.Gateway.Broker;

/// <param name="Limit">1 to 1,000.</param>
/// <param name="Before">Only events with smaller offsets; null starts at the newest.</param>
/// <param name="Type">Only this type; null means all.</param>
/// <param name="Id">Only events with this CloudEvents id; null means all.</param>
/// <param name="Source">Only this source; null means all.</param>
/// <param name="Subject">Only this subject; null means all.</param>
/// <param name="Since">Only events received then or later; null means all.</param>
/// <param name="Until">Only events received before; null means all.</param>
internal sealed record EventQuery(
    int Limit, long? Before = null, string? Type = null, string? Id = null, string? Source = null, string? Subject = null,
    DateTimeOffset? Since = null, DateTimeOffset? Until = null);
