namespace FnMesh.Functions;

/// <summary>The trace that a run is part of, in W3C's form.</summary>
/// <param name="TraceParent">Empty where there is none.</param>
/// <param name="TraceState">Empty where there is none.</param>
public sealed record TraceContext(string TraceParent, string TraceState);
