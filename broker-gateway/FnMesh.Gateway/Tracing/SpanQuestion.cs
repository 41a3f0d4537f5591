using System.Diagnostics;

namespace FnMesh.Gateway.Tracing;

/// <summary>Somebody waits until everything before is written, and for the spans of a trace if one is named.</summary>
internal sealed class SpanQuestion(ActivityTraceId? trace)
{
    public ActivityTraceId? Trace => trace;

    public TaskCompletionSource<IReadOnlyList<SpanRecord>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
