using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FnMesh.Gateway.Events;

/// <summary>Structured and batch content modes: the JSON event format (CloudEvents JSON format 1.0.2).</summary>
internal ref struct JsonEventReader
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly EventLimits _limits;
    private Utf8JsonReader _json;

    private JsonEventReader(ReadOnlyMemory<byte> body, EventLimits limits, int depth)
    {
        _body = body;
        _limits = limits;
        _json = new(body.Span, new JsonReaderOptions { MaxDepth = depth });
    }

    public static EventReading ReadOne(ReadOnlyMemory<byte> body, EventLimits limits)
    {
        var reader = new JsonEventReader(body, limits, EventLimits.MaxDepth);
        if (reader.BodyFault() is { } flaw) return EventReading.Of(ContentMode.Structured, flaw);
        try
        {
            reader._json.Read();
            if (reader.ReadEvent(out var parsed) is { } fault) return EventReading.Of(ContentMode.Structured, fault);
            reader._json.Read(); // Throws when anything but white space follows.
            return EventReading.Of(ContentMode.Structured, [parsed!]);
        }
        catch (JsonException e)
        {
            return EventReading.Of(ContentMode.Structured, NotJson(e));
        }
    }

    /// <summary>An empty batch is valid and holds nothing.</summary>
    public static EventReading ReadBatch(ReadOnlyMemory<byte> body, EventLimits limits)
    {
        var reader = new JsonEventReader(body, limits, EventLimits.MaxDepth + 1);
        if (reader.BodyFault() is { } flaw) return EventReading.Of(ContentMode.Batch, flaw);
        var events = new List<ParsedEvent>();
        try
        {
            reader._json.Read();
            if (reader._json.TokenType != JsonTokenType.StartArray)
            {
                return EventReading.Of(ContentMode.Batch, EventFault.Malformed($"a batch is a JSON array of events, not {JsonPayload.Name(reader._json.TokenType)}"));
            }

            while (reader._json.Read() && reader._json.TokenType != JsonTokenType.EndArray)
            {
                if (events.Count == limits.MaxBatchEvents)
                {
                    return EventReading.Of(ContentMode.Batch, EventFault.TooLarge($"the batch has more than {limits.MaxBatchEvents} events: send several batches"));
                }

                if (reader.ReadEvent(out var parsed) is { } fault) return EventReading.Of(ContentMode.Batch, fault.InBatch(events.Count));
                events.Add(parsed!);
            }

            reader._json.Read();
            return EventReading.Of(ContentMode.Batch, events);
        }
        catch (JsonException e)
        {
            return EventReading.Of(ContentMode.Batch, NotJson(e).InBatch(events.Count));
        }
    }

    private EventFault? ReadEvent(out ParsedEvent? parsed)
    {
        parsed = null;
        if (_json.TokenType != JsonTokenType.StartObject) return Malformed($"an event is a JSON object, not {JsonPayload.Name(_json.TokenType)}");
        var start = _json.TokenStartIndex;
        var attributes = new AttributeSet(_limits);
        var data = default(JsonMember);
        var base64 = default(JsonMember);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (ReadMember(ref attributes, ref data, ref base64) is { } fault) return fault;
        }

        if (ReadData(ref attributes, data, base64, out var bytes) is { } flaw) return flaw;
        return attributes.Finish(bytes, out parsed)?.At($"event at {Place(start)}");
    }

    private EventFault? ReadMember(ref AttributeSet attributes, ref JsonMember data, ref JsonMember base64)
    {
        var start = _json.TokenStartIndex;
        Span<char> buffer = stackalloc char[EventLimits.MaxNameLength];
        scoped ReadOnlySpan<char> member;
        if (!_json.ValueIsEscaped && Ascii.ToUtf16(_json.ValueSpan, buffer, out var length) == OperationStatus.Done) member = buffer[..length];
        else if (TryText(out var text)) member = text;
        else return Malformed("a member's name holds an unpaired surrogate");

        if (member is "data") return Keep(ref data, "data");
        if (member is "data_base64") return Keep(ref base64, "data_base64");
        if (!AttributeName.TryRead(member, out var name))
        {
            return EventFault.Malformed(
                $"the member {EventFault.Quote(member)} names no attribute: a name is 1 to {EventLimits.MaxNameLength} lower-case ASCII letters and digits")
                .At(Place(start));
        }

        _json.Read();
        var place = _json.TokenStartIndex;
        return (Value(name, out var value) ?? attributes.Add(name, value))?.At(Place(place));
    }

    private EventFault? Keep(ref JsonMember member, string name)
    {
        if (member.IsPresent) return Malformed($"the member {name} is given twice: give it once");
        _json.Read();
        var (start, kind) = ((int)_json.TokenStartIndex, _json.TokenType);
        _json.Skip();
        member = new(kind, start, (int)_json.BytesConsumed - start);
        return null;
    }

    /// <summary>The canonical string form of an attribute's value; null when it is not set.</summary>
    private EventFault? Value(string name, out string? value)
    {
        value = null;
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String when _json.ValueSpan.Length > 6L * _limits.MaxAttributeBytes: // An escape is at most six bytes for one.
                return EventFault.TooLarge($"attribute {name} is larger than {_limits.MaxAttributeBytes} bytes: move it into the event's data");
            case JsonTokenType.String:
                if (!TryText(out value)) return EventFault.Malformed($"attribute {name} holds an unpaired surrogate, which no attribute may hold");
                return null;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when IsStandard(name):
                return EventFault.Malformed($"attribute {name} is {JsonPayload.Name(_json.TokenType)}: it must be a JSON string");
            case JsonTokenType.Number:
                if (!_json.TryGetInt32(out var integer)) return EventFault.Malformed($"attribute {name} is no integer of 32 bits: send other numbers as strings");
                value = integer.ToString(System.Globalization.CultureInfo.InvariantCulture);
                return null;
            case JsonTokenType.True:
                value = "true";
                return null;
            case JsonTokenType.False:
                value = "false";
                return null;
            default:
                return EventFault.Malformed($"attribute {name} is {JsonPayload.Name(_json.TokenType)}: an attribute is a string, an integer or a boolean");
        }
    }

    private readonly EventFault? ReadData(ref AttributeSet attributes, JsonMember data, JsonMember base64, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (base64.IsPresent && base64.Kind != JsonTokenType.Null)
        {
            if (data.IsPresent) return EventFault.Malformed("an event has data or data_base64, not both").At(Place(base64.Start));
            return JsonPayload.ReadBase64(_body.Slice(base64.Start, base64.Length), base64.Kind, _limits, out bytes)?.At(Place(base64.Start));
        }

        if (!data.IsPresent) return null;
        if (!attributes.TryGet(AttributeName.ContentType, out var contentType))
        {
            // Absent or null: either way nothing was set, and a JSON value was sent.
            contentType = "application/json";
            if (attributes.Set(AttributeName.ContentType, contentType) is { } full) return full.At(Place(data.Start));
        }

        return JsonPayload.ReadValue(_body.Slice(data.Start, data.Length), data.Kind, contentType, out bytes)?.At(Place(data.Start));
    }

    private bool TryText(out string text)
    {
        try
        {
            text = _json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = ""; // The only way that the JSON reader has to say that a surrogate is alone.
            return false;
        }
    }

    private readonly EventFault? BodyFault()
    {
        if (_body.IsEmpty) return EventFault.Malformed("the body is empty: send a JSON event");
        if (Utf8.IsValid(_body.Span)) return null;
        var valid = 0;
        while (Rune.DecodeFromUtf8(_body.Span[valid..], out _, out var length) == OperationStatus.Done) valid += length;
        return EventFault.Malformed($"the body is not UTF-8 at {Place(valid)}");
    }

    private readonly EventFault Malformed(string reason) => EventFault.Malformed(reason).At(Place(_json.TokenStartIndex));

    private static EventFault NotJson(JsonException e) => EventFault.Malformed(
        $"the body is not JSON, nested at most {EventLimits.MaxDepth} deep, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");

    /// <summary>A place as people count: lines from 1 on, and bytes in their line from 1 on.</summary>
    private readonly string Place(long index)
    {
        var before = _body.Span[..(int)index];
        return $"line {before.Count((byte)'\n') + 1}, byte {index - before.LastIndexOf((byte)'\n')}";
    }

    private static bool IsStandard(string name) =>
        name is AttributeName.SpecVersion or "id" or "source" or "type" or "subject" or "time" or AttributeName.ContentType or "dataschema";

    /// <summary>Where a member's value stands in the body, to be read when the content type is known.</summary>
    private readonly record struct JsonMember(JsonTokenType Kind, int Start, int Length)
    {
        public bool IsPresent => Kind != JsonTokenType.None;
    }
}
