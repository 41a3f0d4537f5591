using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Functions.Binding;

/// <summary>How generated code reads the body of a call and the data of an event.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Bodies
{
    /// <summary>Reads the body as JSON, or answers 415 where it is none and 400 where it is not of the type.</summary>
    public static async ValueTask<Bound<T?>> BodyAsync<T>(FunctionContext context, JsonTypeInfo<T> type, bool mayBeNull, string parameter)
    {
        var request = Arguments.Http(context).Request;
        if (!request.HasJsonContentType())
        {
            if (request.ContentType is null && request.ContentLength is 0 or null)
            {
                return mayBeNull ? new(true, default) : await RefuseAsync<T>(context, parameter, "the body is missing; it must be JSON.");
            }

            await Refusal.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, parameter, "the body must be JSON; send it with content-type application/json.");
            return default;
        }

        try
        {
            var value = await JsonSerializer.DeserializeAsync(request.Body, type, context.CancellationToken);
            return value is not null || mayBeNull ? new(true, value) : await RefuseAsync<T>(context, parameter, "the body is null.");
        }
        catch (JsonException fault)
        {
            return await RefuseAsync<T>(context, parameter, Describe("body", fault));
        }
    }

    /// <summary>Reads the event's data as JSON, or answers 400, on which the event becomes a dead letter.</summary>
    public static async ValueTask<Bound<T?>> DataAsync<T>(FunctionContext context, JsonTypeInfo<T> type, bool mayBeNull, string parameter)
    {
        if (context.EventData.IsEmpty)
        {
            return mayBeNull ? new(true, default) : await RefuseAsync<T>(context, parameter, "the event has no data.");
        }

        try
        {
            var value = JsonSerializer.Deserialize(context.EventData.Span, type);
            return value is not null || mayBeNull ? new(true, value) : await RefuseAsync<T>(context, parameter, "the event's data is null.");
        }
        catch (JsonException fault)
        {
            return await RefuseAsync<T>(context, parameter, Describe("event's data", fault));
        }
    }

    /// <summary>The body, or the event's data, as it came.</summary>
    public static async ValueTask<string> TextAsync(FunctionContext context)
    {
        if (context.Event is not null) return Encoding.UTF8.GetString(context.EventData.Span);
        using var reader = new StreamReader(Arguments.Http(context).Request.Body, leaveOpen: true);
        return await reader.ReadToEndAsync(context.CancellationToken);
    }

    /// <inheritdoc cref="TextAsync"/>
    public static async ValueTask<byte[]> BytesAsync(FunctionContext context)
    {
        if (context.Event is not null) return context.EventData.ToArray();
        using var buffer = new MemoryStream();
        await Arguments.Http(context).Request.Body.CopyToAsync(buffer, context.CancellationToken);
        return buffer.ToArray();
    }

    /// <inheritdoc cref="TextAsync"/>
    public static Stream Stream(FunctionContext context) =>
        context.Event is null ? Arguments.Http(context).Request.Body : new MemoryStream(context.EventData.ToArray(), writable: false);

    private static async ValueTask<Bound<T?>> RefuseAsync<T>(FunctionContext context, string parameter, string detail)
    {
        await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, parameter, detail);
        return default;
    }

    private static string Describe(string what, JsonException fault) =>
        $"the {what} cannot be read at {fault.Path ?? "$"}, line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.";
}
