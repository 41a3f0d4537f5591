namespace FnMesh.Gateway.Events;

/// <summary>Binary content mode: attributes in <c>ce-</c> headers, data as the body (CloudEvents HTTP binding, 3.1).</summary>
internal static class BinaryEventReader
{
    private const string HowToSend =
        "this is no CloudEvent: send the headers ce-specversion: 1.0, ce-id, ce-source and ce-type with the data as the body, "
        + "or a JSON event as application/cloudevents+json";

    public static EventReading Read(
        string? contentType, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, EventLimits limits)
    {
        var attributes = new AttributeSet(limits);
        var any = false;
        foreach (var (header, value) in headers)
        {
            if (!header.StartsWith(AttributeName.HeaderPrefix, StringComparison.OrdinalIgnoreCase)) continue;
            any = true;
            if (Add(ref attributes, header, value) is { } flaw) return EventReading.Of(ContentMode.Binary, flaw);
        }

        if (!any) return EventReading.Of(ContentMode.None, EventFault.Malformed(HowToSend));
        if (contentType is not null && attributes.Add(AttributeName.ContentType, contentType.Trim(' ', '\t')) is { } typeFault)
        {
            return EventReading.Of(ContentMode.Binary, typeFault.At("header Content-Type"));
        }

        return attributes.Finish(body, out var parsed) is { } fault
            ? EventReading.Of(ContentMode.Binary, fault.At("binary mode: attributes are headers that begin with ce-"))
            : EventReading.Of(ContentMode.Binary, [parsed!]);
    }

    private static EventFault? Add(ref AttributeSet attributes, string header, string? value)
    {
        if (!AttributeName.TryReadHeader(header.AsSpan(AttributeName.HeaderPrefix.Length), out var name))
        {
            return EventFault.Malformed(
                $"the header {EventFault.Quote(header)} names no attribute: a name is 1 to {EventLimits.MaxNameLength} ASCII letters and digits");
        }

        if (name == AttributeName.ContentType) return EventFault.Malformed("the header ce-datacontenttype is not allowed: send it as Content-Type");
        if (name == "data") return EventFault.Malformed("the header ce-data is not allowed: data is the body");
        if (HeaderValue.Decode(value ?? "", out var decoded) is { } flaw)
        {
            return EventFault.Malformed($"attribute {name} {flaw}").At($"header ce-{name}");
        }

        return attributes.Add(name, decoded)?.At($"header ce-{name}");
    }
}
