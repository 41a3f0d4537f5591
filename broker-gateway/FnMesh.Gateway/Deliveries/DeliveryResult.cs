using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Deliveries;

/// <summary>What one delivery, with all its attempts in line, came to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Destination">Where it went, or was to go.</param>
/// <param name="Attempts">Its attempts, oldest first.</param>
/// <param name="Replies">Events that the answer carried, checked and permitted.</param>
/// <param name="ErrorData">The beginning of the answer's body when it was no success; at most 1,024 bytes.</param>
/// <param name="Backend">Who was chosen; null when nobody was.</param>
/// <param name="Duration">All of it.</param>
internal sealed record DeliveryResult(
    Outcome Outcome, string Destination, IReadOnlyList<AttemptRecord> Attempts, IReadOnlyList<EventRecord> Replies, ReadOnlyMemory<byte> ErrorData,
    Backend? Backend = null, TimeSpan Duration = default);
