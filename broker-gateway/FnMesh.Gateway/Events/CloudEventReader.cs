namespace FnMesh.Gateway.Events;

/// <summary>
/// Reads CloudEvents 1.0 from HTTP messages, requests and answers alike, in all three content modes. Never throws, whatever it is given.
/// </summary>
/// <remarks>
/// A JSON event with <c>data</c> and no <c>datacontenttype</c> gets <c>application/json</c> written into its attributes: that is what its absence
/// means there (JSON format, 3.1.2), and what it would no longer mean once the event leaves in binary mode. <c>data_base64</c> implies no type.
/// </remarks>
internal static class CloudEventReader
{
    private const string EventsPrefix = "application/cloudevents";
    private const string StructuredJson = "application/cloudevents+json";
    private const string BatchPrefix = "application/cloudevents-batch";
    private const string BatchJson = "application/cloudevents-batch+json";

    /// <param name="contentType">The header Content-Type; null or empty when there is none.</param>
    /// <param name="headers">All headers; one that came several times is there several times. Read once, and only in binary mode.</param>
    /// <param name="body">The whole body. Events keep slices of it, so it must not be used again.</param>
    /// <param name="limits">Bounds.</param>
    public static EventReading Read(
        string? contentType, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, EventLimits limits)
    {
        if (string.IsNullOrWhiteSpace(contentType)) return BinaryEventReader.Read(null, headers, body, limits);
        var text = contentType.AsSpan().Trim(" \t");
        if (!text.StartsWith(EventsPrefix, StringComparison.OrdinalIgnoreCase)) return BinaryEventReader.Read(contentType, headers, body, limits);

        var mode = text.StartsWith(BatchPrefix, StringComparison.OrdinalIgnoreCase) ? ContentMode.Batch : ContentMode.Structured;
        if (!MediaType.TryParse(text, out var type))
        {
            return EventReading.Of(mode, EventFault.Malformed($"the header Content-Type is {EventFault.Quote(text)}, which is no media type"));
        }

        if (!type.Essence.Equals(mode == ContentMode.Batch ? BatchJson : StructuredJson, StringComparison.OrdinalIgnoreCase))
        {
            return EventReading.Of(mode, EventFault.Unsupported(
                $"the header Content-Type names the event format {EventFault.Quote(type.Essence)}: send {StructuredJson} or {BatchJson}"));
        }

        if (!type.IsUtf8)
        {
            return EventReading.Of(mode, EventFault.Unsupported($"the header Content-Type names the charset {EventFault.Quote(type.Charset)}: JSON events are UTF-8"));
        }

        return mode == ContentMode.Batch ? JsonEventReader.ReadBatch(body, limits) : JsonEventReader.ReadOne(body, limits);
    }
}
