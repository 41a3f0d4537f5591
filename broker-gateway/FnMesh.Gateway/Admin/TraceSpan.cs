using System.Text.Json;

namespace FnMesh.Gateway.Admin;

/// <summary>The JSON of a span.</summary>
internal sealed record TraceSpan(
    string SpanId,
    string? ParentId,
    string? MeshParentId,
    string Kind,
    string Name,
    DateTime Start,
    double DurationMs,
    int? Status,
    string? Verdict,
    JsonElement Attributes);
