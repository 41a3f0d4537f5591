using System.Text.Json;
using CloudNative.CloudEvents;

namespace FnMesh.Functions.Hosting;

/// <summary>Writes an event's data by the app's JSON options, as everything else of it.</summary>
internal static class EventJson
{
    /// <summary>Leaves text, bytes, JSON and what has another content type as they are.</summary>
    public static void Write(CloudEvent @event, JsonSerializerOptions json)
    {
        if (@event.Data is null or string or byte[] or ReadOnlyMemory<byte> or JsonElement or JsonDocument) return;
        if (@event.DataContentType is { } type && !type.Contains("json", StringComparison.OrdinalIgnoreCase)) return;
        @event.Data = JsonSerializer.SerializeToElement(@event.Data, @event.Data.GetType(), json);
        @event.DataContentType ??= "application/json";
    }
}
