using System.Diagnostics;

namespace FnMesh.Gateway.Tracing;

/// <summary>Where an envelope stands in its trace (W3C Trace Context).</summary>
/// <param name="TraceId">Never all zeros in a context that was parsed or started.</param>
/// <param name="SpanId">The span that caused this one.</param>
/// <param name="Flags">Bit 0: sampled.</param>
/// <param name="State">The <c>tracestate</c> header without the mesh's own member; null when there is none.</param>
/// <param name="MeshParent">The last span of this mesh on the way here, from the mesh's member of <c>tracestate</c>: it links spans across functions that do not export theirs.</param>
internal readonly record struct TraceContext(
    ActivityTraceId TraceId, ActivitySpanId SpanId, ActivityTraceFlags Flags, string? State, ActivitySpanId MeshParent);
