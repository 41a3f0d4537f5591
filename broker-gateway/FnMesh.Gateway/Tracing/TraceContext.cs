using System.Buffers.Binary;
using System.Diagnostics;

namespace FnMesh.Gateway.Tracing;

/// <summary>Where an envelope stands in its trace (W3C Trace Context). Ids are numbers: .NET's own are texts, which a call whose trace nobody records need not make.</summary>
/// <param name="Trace">The trace's id, the first byte highest; never 0 in a context that was parsed or started.</param>
/// <param name="Parent">The id of the span that caused this one, the first byte highest; 0 where the trace begins.</param>
/// <param name="Flags">Bit 0: sampled.</param>
/// <param name="State">The <c>tracestate</c> header without the mesh's own member; null when there is none.</param>
/// <param name="MeshParent">The last span of this mesh on the way here, from the mesh's member of <c>tracestate</c>: it links spans across functions that do not export theirs.</param>
internal readonly record struct TraceContext(UInt128 Trace, ulong Parent, ActivityTraceFlags Flags, string? State, ActivitySpanId MeshParent)
{
    public TraceContext(ActivityTraceId trace, ActivitySpanId span, ActivityTraceFlags flags, string? state, ActivitySpanId meshParent)
        : this(NumberOf(trace), NumberOf(span), flags, state, meshParent)
    {
    }

    public ActivityTraceId TraceId
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, Trace);
            return ActivityTraceId.CreateFromBytes(bytes);
        }
    }

    /// <summary>The span that caused this one; none where the trace begins.</summary>
    public ActivitySpanId SpanId
    {
        get
        {
            if (Parent == 0) return default;
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, Parent);
            return ActivitySpanId.CreateFromBytes(bytes);
        }
    }

    /// <summary>The beginning of a trace that nobody records: it still gives a call an id that people can quote.</summary>
    public static TraceContext NewUnrecorded(Randomness randomness) =>
        new(new UInt128(randomness.NextUInt64(), randomness.NextUInt64() | 1), randomness.NextUInt64() | 1, ActivityTraceFlags.None, null, default);

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

    private static UInt128 NumberOf(ActivityTraceId trace)
    {
        Span<byte> bytes = stackalloc byte[16];
        trace.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static ulong NumberOf(ActivitySpanId span)
    {
        if (span == default) return 0;
        Span<byte> bytes = stackalloc byte[8];
        span.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
