using System.Text;
using System.Text.Json;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Admin;

/// <summary>An event's data for people: a JSON value when its content type is JSON, else text when it is UTF-8, else base64; neither when there is none.</summary>
internal static class EventPayload
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static (JsonElement? Value, string? Base64) Of(EventRecord record)
    {
        if (record.Data.IsEmpty) return default;
        if (IsJson(record["datacontenttype"]) && JsonOf(record.Data) is { } value) return (value, null);
        return TextOf(record.Data.Span) is { } text
            ? (JsonSerializer.SerializeToElement(text, EventJson.Default.String), null)
            : (null, Convert.ToBase64String(record.Data.Span));
    }

    /// <summary>UTF-8 text, or null.</summary>
    public static string? TextOf(ReadOnlySpan<byte> data)
    {
        try
        {
            return Strict.GetString(data);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return true;
        var media = contentType.AsSpan(0, contentType.IndexOf(';') is var end and >= 0 ? end : contentType.Length).Trim();
        return media.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static JsonElement? JsonOf(ReadOnlyMemory<byte> data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null; // Says it is JSON and is not: shown as what it is.
        }
    }
}
