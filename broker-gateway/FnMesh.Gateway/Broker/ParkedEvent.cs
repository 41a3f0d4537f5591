using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Broker;

/// <summary>An event that could not be delivered yet.</summary>
/// <param name="Offset">Its place in the log.</param>
/// <param name="Key">The partition key whose later events wait behind it; null when order does not matter.</param>
/// <param name="Due">When it is tried again; null when it was never tried and waits behind an earlier event of its key.</param>
/// <param name="Deliveries">Deliveries made so far.</param>
/// <param name="Failures">Deliveries made so far that count against <c>retry</c>.</param>
/// <param name="Attempts">The latest attempts, oldest first, at most 100.</param>
internal sealed record ParkedEvent(
    long Offset, string? Key, DateTimeOffset? Due, int Deliveries, int Failures, IReadOnlyList<AttemptRecord> Attempts)
{
    /// <summary>Never tried, because its time has not come: no event of its key waits behind it.</summary>
    public bool IsDelayed => Deliveries == 0 && Due is not null;
}
