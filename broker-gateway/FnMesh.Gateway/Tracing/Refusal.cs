using System.Diagnostics;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tracing;

/// <summary>A call, a publish or a delivery that the gateway itself ended. Null means that it is not known, or does not apply.</summary>
internal readonly record struct Refusal
{
    public required EnvelopeKind Kind { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>What the caller was told.</summary>
    public required int Status { get; init; }

    public required ActivityTraceId TraceId { get; init; }

    public string? Method { get; init; }

    /// <summary>As received, without the query.</summary>
    public string? Path { get; init; }

    public string? Principal { get; init; }

    public string? Route { get; init; }

    public string? App { get; init; }

    public string? Revision { get; init; }

    public string? Subscription { get; init; }

    public string? EventType { get; init; }

    public string? EventId { get; init; }
}
