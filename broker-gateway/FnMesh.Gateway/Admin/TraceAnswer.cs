namespace FnMesh.Gateway.Admin;

/// <summary>The JSON of a trace.</summary>
/// <param name="TraceId">32 lower-case hexadecimal digits.</param>
/// <param name="Spans">In order of their start.</param>
internal sealed record TraceAnswer(string TraceId, IReadOnlyList<TraceSpan> Spans);
