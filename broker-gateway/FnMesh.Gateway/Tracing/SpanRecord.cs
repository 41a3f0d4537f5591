namespace FnMesh.Gateway.Tracing;

/// <summary>A span as it is kept for people.</summary>
/// <param name="SpanId">16 lower-case hexadecimal digits.</param>
/// <param name="ParentId">Null for the first span of a trace.</param>
/// <param name="MeshParentId">The last span of this mesh before it, when a function stood between.</param>
/// <param name="Kind"><c>call</c>, <c>publish</c>, <c>deliver</c> or <c>attempt</c>.</param>
/// <param name="Name">The span's name.</param>
/// <param name="Start">When it began.</param>
/// <param name="Duration">Until it ended.</param>
/// <param name="Status">The HTTP status; null when there was none.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Attributes">All its attributes: a JSON object.</param>
internal sealed record SpanRecord(
    string SpanId,
    string? ParentId,
    string? MeshParentId,
    string Kind,
    string Name,
    DateTimeOffset Start,
    TimeSpan Duration,
    int? Status,
    string? Verdict,
    string Attributes);
