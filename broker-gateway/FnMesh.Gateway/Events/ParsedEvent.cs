namespace FnMesh.Gateway.Events;

/// <summary>A valid CloudEvent as it came in, before the gateway has put its own knowledge beside it.</summary>
/// <param name="attributes">As in <see cref="EventRecord.Attributes"/>.</param>
/// <param name="data">As in <see cref="EventRecord.Data"/>; often a slice of the body that was read, which must stay as it is.</param>
/// <param name="size">Bytes of all names and values in UTF-8, and of the data.</param>
internal sealed class ParsedEvent(IReadOnlyList<KeyValuePair<string, string>> attributes, ReadOnlyMemory<byte> data, int size)
{
    public IReadOnlyList<KeyValuePair<string, string>> Attributes => attributes;

    public ReadOnlyMemory<byte> Data => data;

    /// <summary>Bytes of all names and values in UTF-8, and of the data: what <see cref="EventLimits.MaxEventBytes"/> bounds.</summary>
    public int Size => size;

    public string Id => this["id"]!;

    public string Source => this["source"]!;

    public string Type => this["type"]!;

    /// <summary>An attribute's value, or null when it is not set; <c>specversion</c> is always 1.0.</summary>
    public string? this[string name] => AttributeName.Find(attributes, name);

    public EventRecord ToRecord(string principal, string traceParent, string? traceState = null) => new()
    {
        Attributes = attributes,
        Data = data,
        Principal = principal,
        TraceParent = traceParent,
        TraceState = traceState,
    };
}
