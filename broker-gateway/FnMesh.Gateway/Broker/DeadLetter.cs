using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Broker;

/// <summary>An event that a subscription gave up on.</summary>
internal sealed record DeadLetter
{
    /// <summary>Given by the broker when it is stored; 0 before.</summary>
    public long Id { get; init; }

    public required string Subscription { get; init; }

    public required long Offset { get; init; }

    /// <summary>The lane of that offset; null where the broker has one alone.</summary>
    public int? Lane { get; init; }

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When the gateway took the event.</summary>
    public required DateTimeOffset Received { get; init; }

    /// <summary>Where it was to go: <c>knativeerrordest</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>The last status, the function's own or the verdict's: <c>knativeerrorcode</c>.</summary>
    public required int Code { get; init; }

    /// <summary>The last verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>For people: why it was given up.</summary>
    public required string Reason { get; init; }

    /// <summary>The beginning of the last answer's body, at most 1,024 bytes: <c>knativeerrordata</c>. Empty when there was none.</summary>
    public required ReadOnlyMemory<byte> ErrorData { get; init; }

    public required int Deliveries { get; init; }

    public required IReadOnlyList<AttemptRecord> Attempts { get; init; }

    /// <summary>The original event.</summary>
    public required EventRecord Event { get; init; }
}
