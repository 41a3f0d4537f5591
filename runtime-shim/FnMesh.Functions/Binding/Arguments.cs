using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Functions.Binding;

/// <summary>Where generated code takes a function's arguments from.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Arguments
{
    public static HttpContext Http(FunctionContext context) =>
        context.GetHttpContext() ?? throw new InvalidOperationException($"{context.FunctionId} runs without a request.");

    public static string? Route(FunctionContext context, string name) => Http(context).Request.RouteValues[name] as string;

    public static string? Query(FunctionContext context, string name) => Http(context).Request.Query.TryGetValue(name, out var values) ? values[0] : null;

    public static string? Header(FunctionContext context, string name) =>
        Http(context).Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    public static CloudEvent Event(FunctionContext context) =>
        context.Event ?? throw new InvalidOperationException($"{context.FunctionId} runs without an event.");

    public static TimerInfo Timer(FunctionContext context) =>
        context.Timer ?? throw new InvalidOperationException($"{context.FunctionId} runs without a timer.");

    public static bool TryParse<T>(string? text, [MaybeNullWhen(false)] out T value) where T : IParsable<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out value);

    public static bool TryParseEnum<T>(string? text, out T value) where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value);

    /// <summary>Answers 400 with the parameter that is missing or cannot be read.</summary>
    public static Task RefuseAsync(FunctionContext context, string source, string name, string type) =>
        Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, $"the {source} '{name}' is missing or not of type {type}.");

    public static async ValueTask<string> TextAsync(FunctionContext context)
    {
        using var reader = new StreamReader(Http(context).Request.Body, leaveOpen: true);
        return await reader.ReadToEndAsync(context.CancellationToken);
    }

    /// <summary>Reads the body as JSON, or answers 415 where it is none and 400 where it is not of the type.</summary>
    public static async ValueTask<Bound<T?>> BodyAsync<T>(FunctionContext context, JsonTypeInfo<T> type, bool mayBeNull)
    {
        var request = Http(context).Request;
        if (!request.HasJsonContentType())
        {
            if (mayBeNull && request.ContentLength is 0 or null && request.ContentType is null)
            {
                return new(true, default);
            }

            await Refusal.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "the body must be JSON; send it with content-type application/json.");
            return default;
        }

        try
        {
            var value = await JsonSerializer.DeserializeAsync(request.Body, type, context.CancellationToken);
            if (value is not null || mayBeNull)
            {
                return new(true, value);
            }

            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, "the body is null.");
        }
        catch (JsonException fault)
        {
            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, Describe("body", fault));
        }

        return default;
    }

    /// <summary>Reads the event's data as JSON, or answers 400, on which the event becomes a dead letter.</summary>
    public static async ValueTask<Bound<T?>> DataAsync<T>(FunctionContext context, JsonTypeInfo<T> type, bool mayBeNull)
    {
        if (context.EventData.IsEmpty)
        {
            if (mayBeNull)
            {
                return new(true, default);
            }

            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, "the event has no data.");
            return default;
        }

        try
        {
            var value = JsonSerializer.Deserialize(context.EventData.Span, type);
            if (value is not null || mayBeNull)
            {
                return new(true, value);
            }

            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, "the event's data is null.");
        }
        catch (JsonException fault)
        {
            await Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, Describe("event's data", fault));
        }

        return default;
    }

    private static string Describe(string what, JsonException fault) =>
        $"the {what} cannot be read at {fault.Path ?? "$"}, line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.";
}
