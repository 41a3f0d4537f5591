namespace FnMesh.Gateway.Broker;

/// <param name="Limit">1 to 1,000.</param>
/// <param name="Before">Only letters with smaller ids; null starts at the newest.</param>
/// <param name="Subscription">Only this subscription's; null means all.</param>
/// <param name="Id">Only the letter with this id; null means all.</param>
/// <param name="After">Only letters with larger ids, oldest first; null lists the newest first.</param>
internal sealed record DeadLetterQuery(int Limit, long? Before = null, string? Subscription = null, long? Id = null, long? After = null);
