using FnMesh.Gateway.Events;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Deliveries;

/// <summary>What an attempt brought back beside its outcome.</summary>
/// <param name="Trace">The trace that a reply event continues.</param>
/// <param name="Replies">Events in the answer; empty when there were none.</param>
/// <param name="ErrorBytes">The beginning of an answer that was no success.</param>
internal readonly record struct DeliveryAnswer(TraceContext Trace, IReadOnlyList<ParsedEvent> Replies, ReadOnlyMemory<byte> ErrorBytes)
{
    public static DeliveryAnswer None => new(default, [], default);
}
