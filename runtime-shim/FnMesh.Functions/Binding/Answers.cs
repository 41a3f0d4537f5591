using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace FnMesh.Functions.Binding;

/// <summary>How generated code answers with what a function returned: at once, or, where middleware stands around it, by holding it in the run.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Answers
{
    private static readonly ActionDescriptor NoAction = new();

    /// <summary>204, where there is somebody to answer.</summary>
    public static Task EmptyAsync(FunctionContext context)
    {
        if (context.Holds) return context.Hold(null);
        if (context.GetHttpContext() is { Response.HasStarted: false } http && http.Response.StatusCode == StatusCodes.Status200OK)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }

        return Task.CompletedTask;
    }

    public static Task WriteAsync(FunctionContext context, IResult? result) =>
        context.Holds ? context.Hold(result) : result is null ? EmptyAsync(context) : result.ExecuteAsync(Arguments.Http(context));

    public static Task WriteAsync(FunctionContext context, IActionResult? result)
    {
        if (context.Holds) return context.Hold(result);
        if (result is null) return EmptyAsync(context);
        var http = Arguments.Http(context);
        return result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), NoAction));
    }

    /// <summary>An ActionResult of a value.</summary>
    public static Task WriteAsync(FunctionContext context, IConvertToActionResult? result) => context.Holds ? context.Hold(result) : WriteAsync(context, result?.Convert());

    public static Task WriteAsync(FunctionContext context, string? text)
    {
        if (context.Holds) return context.Hold(text);
        if (text is null) return EmptyAsync(context);
        var response = Arguments.Http(context).Response;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(text, context.CancellationToken);
    }

    public static Task WriteAsync(FunctionContext context, byte[]? bytes)
    {
        if (context.Holds) return context.Hold(bytes);
        if (bytes is null) return EmptyAsync(context);
        var response = Arguments.Http(context).Response;
        response.ContentType ??= "application/octet-stream";
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, context.CancellationToken).AsTask();
    }

    /// <summary>Copies the stream into the answer and disposes of it.</summary>
    public static async Task WriteAsync(FunctionContext context, Stream? stream)
    {
        if (context.Holds)
        {
            // Middleware may put something else in its place, or fail.
            if (stream is not null) context.Own(stream);
            await context.Hold(stream);
            return;
        }

        if (stream is null)
        {
            await EmptyAsync(context);
            return;
        }

        await using (stream)
        {
            var response = Arguments.Http(context).Response;
            response.ContentType ??= "application/octet-stream";
            await stream.CopyToAsync(response.Body, context.CancellationToken);
        }
    }

    public static Task WriteAsync<T>(FunctionContext context, T? value, JsonTypeInfo<T> type) =>
        context.Holds ? Hold(context, value, type)
        : value is null ? EmptyAsync(context) : Arguments.Http(context).Response.WriteAsJsonAsync(value, type, cancellationToken: context.CancellationToken);

    /// <summary>What was returned as object answers as what it is.</summary>
    public static Task WriteAsync(FunctionContext context, object? value, JsonTypeInfo<object> type) =>
        context.Holds ? HoldAny(context, value, type) : WriteKnown(context, value) ?? WriteAsync<object>(context, value, type);

    public static Task WriteAsync(FunctionContext context, CloudEvent? @event) =>
        context.Holds ? context.Hold(@event) : @event is null ? EmptyAsync(context) : EventAnswer.WriteAsync(context, [@event]);

    public static Task WriteAsync(FunctionContext context, IEnumerable<CloudEvent>? events)
    {
        // Read while the middleware stands around it: what makes them is a part of the function.
        CloudEvent[] all = [.. (events ?? []).Take(EventAnswer.Most + 1)];
        return context.Holds ? context.Hold(all) : all.Length == 0 ? EmptyAsync(context) : EventAnswer.WriteAsync(context, all);
    }

    public static async Task WriteAsync(FunctionContext context, IAsyncEnumerable<CloudEvent>? events)
    {
        var all = new List<CloudEvent>();
        await foreach (var @event in (events ?? AsyncEnumerable.Empty<CloudEvent>()).WithCancellation(context.CancellationToken))
        {
            all.Add(@event);
            if (all.Count > EventAnswer.Most) break;
        }

        await WriteAsync(context, all);
    }

    /// <summary>Publishes an event of that type whose data is the value.</summary>
    public static Task WriteEventAsync<T>(FunctionContext context, T? value, JsonTypeInfo<T> type, string eventType) =>
        context.Holds ? HoldEvent(context, value, type, eventType)
        : value is null ? EmptyAsync(context) : EventAnswer.WriteAsync(context, [new CloudEvent
        {
            Type = eventType,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(value, type),
        }]);

    /// <summary>What a middleware put in the place of a result. What is none of the known kinds is JSON as the app's options have it.</summary>
    internal static Task WriteAnyAsync(FunctionContext context, object value) => WriteKnown(context, value) ?? Arguments.Http(context).Response.WriteAsJsonAsync(
        value, context.InstanceServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions.GetTypeInfo(value.GetType()), cancellationToken: context.CancellationToken);

    /// <summary>Null where the value is none that says by itself how it is written.</summary>
    private static Task? WriteKnown(FunctionContext context, object? value) => value switch
    {
        IResult result => WriteAsync(context, result),
        IActionResult result => WriteAsync(context, result),
        IConvertToActionResult result => WriteAsync(context, result),
        string text => WriteAsync(context, text),
        byte[] bytes => WriteAsync(context, bytes),
        Stream stream => WriteAsync(context, stream),
        CloudEvent @event => WriteAsync(context, @event),
        IEnumerable<CloudEvent> events => WriteAsync(context, events),
        IAsyncEnumerable<CloudEvent> events => WriteAsync(context, events),
        _ => null,
    };

    // Apart from those that write, where what these close over would be made for every call.
    private static Task Hold<T>(FunctionContext context, T? value, JsonTypeInfo<T> type) => context.Hold(value, (run, held) => held is T own ? WriteAsync(run, own, type) : null);

    private static Task HoldAny(FunctionContext context, object? value, JsonTypeInfo<object> type) => context.Hold(value, (run, held) => WriteAsync(run, held, type));

    private static Task HoldEvent<T>(FunctionContext context, T? value, JsonTypeInfo<T> type, string eventType) =>
        context.Hold(value, (run, held) => held is T own ? WriteEventAsync(run, own, type, eventType) : null);
}
