using System.Buffers.Binary;
using System.Diagnostics;

namespace FnMesh.Gateway.Tracing;

/// <summary>Where an envelope stands in its trace (W3C Trace Context).</summary>
/// <param name="TraceId">Never all zeros in a context that was parsed or started.</param>
/// <param name="SpanId">The span that caused this one.</param>
/// <param name="Flags">Bit 0: sampled.</param>
/// <param name="State">The <c>tracestate</c> header without the mesh's own member; null when there is none.</param>
/// <param name="MeshParent">The last span of this mesh on the way here, from the mesh's member of <c>tracestate</c>: it links spans across functions that do not export theirs.</param>
internal readonly record struct TraceContext(
    ActivityTraceId TraceId, ActivitySpanId SpanId, ActivityTraceFlags Flags, string? State, ActivitySpanId MeshParent)
{
    /// <summary>The beginning of a trace that nobody records: it still gives a call an id that people can quote.</summary>
    public static TraceContext NewUnrecorded(Randomness randomness)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, randomness.NextUInt64() | 1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], randomness.NextUInt64());
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], randomness.NextUInt64() | 1);
        return new(ActivityTraceId.CreateFromBytes(bytes[..16]), ActivitySpanId.CreateFromBytes(bytes[16..]), ActivityTraceFlags.None, null, default);
    }

    /// <summary>
    /// What is passed on from a span: its ids, the caller's <c>tracestate</c>, and the span itself as the mesh parent when it is recorded.
    /// Without a span the caller's own context goes on, or a new one that nobody records.
    /// </summary>
    public static TraceContext Onward(Activity? span, in TraceContext? incoming, Randomness randomness)
    {
        if (span is null) return incoming ?? NewUnrecorded(randomness);
        return new(
            span.TraceId,
            span.SpanId,
            span.ActivityTraceFlags,
            incoming?.State,
            span.IsAllDataRequested ? span.SpanId : incoming?.MeshParent ?? default);
    }
}
