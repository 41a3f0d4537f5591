namespace FnMesh.Gateway.Events;

/// <summary>How an HTTP message carries events (CloudEvents HTTP binding, 3).</summary>
internal enum ContentMode : byte
{
    /// <summary>Not at all: no <c>ce-</c> header and no <c>application/cloudevents</c> content type.</summary>
    None,

    /// <summary>Attributes in headers, data in the body.</summary>
    Binary,

    /// <summary>One event as a JSON object.</summary>
    Structured,

    /// <summary>A JSON array of events.</summary>
    Batch,
}
