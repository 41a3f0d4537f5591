using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FnMesh.Gateway.Events;

/// <summary>Writes events as CloudEvents 1.0: binary mode for functions, JSON for people.</summary>
internal static class CloudEventWriter
{
    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>
    /// Gives every header of binary mode to a collector, <c>ce-specversion</c> first; <c>Content-Type</c> is not among them, see
    /// <see cref="ContentType"/>. Values are printable ASCII without spaces, whatever the event holds.
    /// </summary>
    /// <exception cref="InvalidOperationException">A name in the record is no attribute name: it was not made by <see cref="CloudEventReader"/>.</exception>
    public static void WriteHeaders<TState>(EventRecord record, TState state, Action<TState, string, string> header)
    {
        header(state, "ce-specversion", AttributeName.SpokenVersion);
        for (var i = 0; i < record.Attributes.Count; i++)
        {
            var (name, value) = record.Attributes[i];
            if (name == AttributeName.ContentType) continue;
            if (!AttributeName.IsValid(name)) throw new InvalidOperationException($"{EventFault.Quote(name)} is no name of an attribute.");
            header(state, AttributeName.Header(name), HeaderValue.Encode(value));
        }
    }

    /// <summary>The header Content-Type of binary mode; null when the event declares none, and then none may be sent. Printable ASCII.</summary>
    public static string? ContentType(EventRecord record) =>
        record[AttributeName.ContentType] is { } type ? HeaderValue.EncodeContentType(type) : null;

    /// <summary>Puts the event into a request in binary mode: headers, content type and body.</summary>
    public static void WriteBinary(EventRecord record, HttpRequestMessage request)
    {
        WriteHeaders(record, request.Headers, static (headers, name, value) => headers.TryAddWithoutValidation(name, value));
        request.Content = new ReadOnlyMemoryContent(record.Data);
        if (ContentType(record) is { } type) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
    }

    /// <summary>Writes one JSON object (CloudEvents JSON format, 3). Read again it is the same event, but for white space around JSON data.</summary>
    public static void WriteStructured(EventRecord record, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(AttributeName.SpecVersion, AttributeName.SpokenVersion);
        for (var i = 0; i < record.Attributes.Count; i++) json.WriteString(record.Attributes[i].Key, record.Attributes[i].Value);
        WriteData(record, json, "data_base64");
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes the member <c>data</c> when the content type is JSON and so are the bytes (verbatim), or when it is text in UTF-8 (as a string); else
    /// base64 under the name given. Writes nothing when there is no data.
    /// </summary>
    public static void WriteData(EventRecord record, Utf8JsonWriter json, string base64Name)
    {
        var data = record.Data.Span;
        if (data.IsEmpty) return;
        if (MediaType.TryParse(record[AttributeName.ContentType], out var type) && (type.IsUtf8 || (type.IsAscii && Ascii.IsValid(data))) && Utf8.IsValid(data))
        {
            if (type.IsJson && IsJson(data))
            {
                json.WritePropertyName("data");
                json.WriteRawValue(data.Trim(WhiteSpace), skipInputValidation: true);
                return;
            }

            if (type.IsText && !type.IsJson)
            {
                json.WriteString("data", data);
                return;
            }
        }

        json.WriteBase64String(base64Name, data);
    }

    /// <summary>Exactly one JSON value, and not deeper than an event may nest.</summary>
    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth - 1 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
