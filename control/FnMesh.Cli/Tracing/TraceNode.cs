using System.Globalization;
using System.Text.Json;

namespace FnMesh.Cli.Tracing;

/// <summary>One span of a trace, read leniently: what is missing or of another type counts as not there.</summary>
internal sealed class TraceNode
{
    private readonly JsonElement _attributes;

    public TraceNode(JsonElement span)
    {
        SpanId = Text(span, "spanId") ?? "";
        ParentId = Text(span, "parentId");
        MeshParentId = Text(span, "meshParentId");
        Kind = Text(span, "kind") ?? "";
        Name = Text(span, "name") ?? "";
        Verdict = Text(span, "verdict");
        Start = DateTimeOffset.TryParse(Text(span, "start"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) ? start : DateTimeOffset.MinValue;
        Status = Number(span, "status") is { } status ? (int)status : null;
        Milliseconds = Number(span, "durationMs");
        _attributes = Member(span, "attributes") ?? default;
    }

    public string SpanId { get; }

    public string? ParentId { get; }

    public string? MeshParentId { get; }

    public string Kind { get; }

    public string Name { get; }

    public string? Verdict { get; }

    public DateTimeOffset Start { get; }

    public int? Status { get; }

    public double? Milliseconds { get; }

    /// <summary>The span that it hangs on in the tree; null at the top.</summary>
    public TraceNode? Parent { get; set; }

    /// <summary>Calls, publishes and deliveries that it caused, in order of their start.</summary>
    public List<TraceNode> Children { get; } = [];

    /// <summary>Its attempts, in order of their start.</summary>
    public List<TraceNode> Attempts { get; } = [];

    public string? Attribute(string name) => Text(_attributes, name);

    /// <summary>The app or revision that it went to: its own attribute, else its last attempt's.</summary>
    public string? Backend(string name) => Attribute(name) ?? (Attempts.Count > 0 ? Attempts[^1].Attribute(name) : null);

    public int? NumberAttribute(string name) => Number(_attributes, name) is { } number ? (int)number : null;

    private static string? Text(JsonElement from, string name) => Member(from, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static double? Number(JsonElement from, string name) =>
        Member(from, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && Math.Abs(value) < int.MaxValue ? value : null;

    private static JsonElement? Member(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var member) ? member : null;
}
