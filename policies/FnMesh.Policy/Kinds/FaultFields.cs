using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a TrafficPolicy says of faults; null is what was left out.</summary>
internal sealed record FaultFields
{
    public static FaultFields None { get; } = new();

    public Written<int>? DelayPercent { get; init; }

    public Written<TimeSpan>? DelayDuration { get; init; }

    public Written<int>? AbortPercent { get; init; }

    public Written<int>? AbortStatus { get; init; }

    /// <summary>1 to 16.</summary>
    public Written<int>? AbortGrpcStatus { get; init; }

    public Written<ImmutableArray<HeaderMatchEntry>>? Headers { get; init; }

    /// <summary>Field by field: this one where it is written, else the other.</summary>
    public FaultFields Over(FaultFields other) => new()
    {
        DelayPercent = DelayPercent ?? other.DelayPercent,
        DelayDuration = DelayDuration ?? other.DelayDuration,
        AbortPercent = AbortPercent ?? other.AbortPercent,
        AbortStatus = AbortStatus ?? other.AbortStatus,
        AbortGrpcStatus = AbortGrpcStatus ?? other.AbortGrpcStatus,
        Headers = Headers ?? other.Headers,
    };

    /// <summary>The path and place of every field, whether it is written or not.</summary>
    public IEnumerable<(string Path, Origin? Origin)> Places() =>
    [
        ("fault.delay.percent", DelayPercent?.Origin),
        ("fault.delay.duration", DelayDuration?.Origin),
        ("fault.abort.percent", AbortPercent?.Origin),
        ("fault.abort.status", AbortStatus?.Origin),
        ("fault.abort.grpcStatus", AbortGrpcStatus?.Origin),
        ("fault.headers", Headers?.Origin),
    ];

    /// <summary>Null where nothing goes wrong on purpose.</summary>
    public FaultEntry? Entry()
    {
        var delay = DelayDuration is { } duration && DelayPercent is not { Value: 0 } ? new DelayEntry(DelayPercent?.Value ?? 100, duration.Value) : null;
        var aborts = (AbortStatus ?? AbortGrpcStatus) is not null && AbortPercent is not { Value: 0 };
        var abort = aborts ? new AbortEntry(AbortPercent?.Value ?? 100, AbortStatus?.Value) { GrpcStatus = AbortGrpcStatus?.Value } : null;
        return delay is null && abort is null ? null : new FaultEntry { Delay = delay, Abort = abort, Headers = Headers is { Value.IsEmpty: false } headers ? headers.Value : null };
    }
}
