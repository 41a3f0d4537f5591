namespace FnMesh.Gateway.Events;

/// <summary>
/// A CloudEvent as the gateway carries it: attributes and data pass through, no object model is built.
/// </summary>
internal sealed class EventRecord
{
    private WeakReference<DataDocument>? _document;

    /// <summary>All context attributes but <c>specversion</c> (always 1.0), in order of arrival, names in lower case, values in canonical string form (CloudEvents 1.0.2, 3.1).</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Attributes { get; init; }

    /// <summary>The data exactly as received: base64 is decoded, JSON keeps its bytes. Empty when there is none.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Who published, as the gateway established it; never taken from an attribute.</summary>
    public required string Principal { get; init; }

    /// <summary>The publishing span (W3C <c>traceparent</c>), from which deliveries continue.</summary>
    public required string TraceParent { get; init; }

    /// <summary>The publisher's <c>tracestate</c>, or null.</summary>
    public string? TraceState { get; init; }

    /// <summary>Set when it stands in the log once more, for one subscription; null for what was published.</summary>
    public ReplayMark? Replay { get; init; }

    /// <summary>The topic that it stands in; null for the mesh's own log.</summary>
    public string? Topic { get; init; }

    public string Id => this["id"]!;

    public string Source => this["source"]!;

    public string Type => this["type"]!;

    /// <summary>The data as filters see it. It is read at the first use, and kept as long as memory is not needed for other things.</summary>
    public DataDocument Document
    {
        get
        {
            if (_document is { } kept && kept.TryGetTarget(out var known)) return known;
            var read = DataDocument.Read(this);
            _document = new WeakReference<DataDocument>(read);
            return read;
        }
    }

    /// <summary>The same event, as one of a topic that others write to; there nothing is a replay.</summary>
    public EventRecord In(string topic) => new() { Attributes = Attributes, Data = Data, Principal = Principal, TraceParent = TraceParent, TraceState = TraceState, Topic = topic };

    /// <summary>The same event once more, for one subscription alone.</summary>
    /// <param name="subscription">Whose it is.</param>
    /// <param name="offset">Where it was read; an event that was replayed before keeps the offset at which it was published.</param>
    /// <param name="lane">The lane of that offset; null where the broker has one alone.</param>
    public EventRecord Again(string subscription, long offset, int? lane = null) => new()
    {
        Attributes = Attributes,
        Data = Data,
        Principal = Principal,
        TraceParent = TraceParent,
        TraceState = TraceState,
        Replay = Replay is { } earlier ? earlier with { Subscription = subscription } : new ReplayMark(subscription, offset, lane),
    };

    /// <summary>An attribute's value, or null when it is not set; <c>specversion</c> is always 1.0.</summary>
    public string? this[string name] => AttributeName.Find(Attributes, name);
}
