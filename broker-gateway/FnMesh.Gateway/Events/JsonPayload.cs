using System.Text;
using System.Text.Json;

namespace FnMesh.Gateway.Events;

/// <summary>The members <c>data</c> and <c>data_base64</c> of a JSON event, as bytes (CloudEvents JSON format, 3.1.2).</summary>
internal static class JsonPayload
{
    /// <summary>A JSON value as it stands, or the text of a JSON string, as the content type declares.</summary>
    public static EventFault? ReadValue(ReadOnlyMemory<byte> json, JsonTokenType kind, string contentType, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!MediaType.TryParse(contentType, out var type)) return EventFault.Malformed("attribute datacontenttype is no media type");
        if (!type.IsJson && kind == JsonTokenType.Null) return null;
        if (!type.IsUtf8 && !type.IsAscii)
        {
            return EventFault.Unsupported($"data is text, and datacontenttype names the charset {EventFault.Quote(type.Charset)}: send data_base64");
        }

        bytes = json;
        if (!type.IsJson)
        {
            if (kind != JsonTokenType.String)
            {
                return EventFault.Malformed($"data is {Name(kind)}, and datacontenttype declares no JSON: send a JSON string, or data_base64");
            }

            if (!TryUnescape(json, out bytes)) return EventFault.Malformed("data holds an unpaired surrogate: send data_base64");
        }

        return type.IsAscii && !Ascii.IsValid(bytes.Span)
            ? EventFault.Malformed("data holds characters beyond the charset us-ascii that datacontenttype names")
            : null;
    }

    public static EventFault? ReadBase64(ReadOnlyMemory<byte> json, JsonTokenType kind, EventLimits limits, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (kind != JsonTokenType.String) return EventFault.Malformed($"data_base64 is {Name(kind)}: it must be a JSON string");
        if (!TryUnescape(json, out var text)) return EventFault.Malformed("data_base64 is not base64 (RFC 4648, 4)");
        if (text.Length / 4 * 3L > limits.MaxEventBytes + 2L) return AttributeSet.Oversized(limits);
        if (!StrictBase64.TryDecode(text.Span, out var decoded)) return EventFault.Malformed("data_base64 is not base64 (RFC 4648, 4)");
        bytes = decoded;
        return null;
    }

    /// <summary>What a token begins, for people.</summary>
    public static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a boolean",
    };

    /// <summary>The UTF-8 text of a JSON string; a slice of it when nothing is escaped.</summary>
    private static bool TryUnescape(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> text)
    {
        text = json[1..^1];
        if (!text.Span.Contains((byte)'\\')) return true;
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        var unescaped = new byte[text.Length];
        try
        {
            text = unescaped.AsMemory(0, reader.CopyString(unescaped));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // The only way that the JSON reader has to say so.
        }
    }
}
