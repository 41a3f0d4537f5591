using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Functions.Binding;

/// <summary>How generated code answers with what a function returned.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Answers
{
    private static readonly ActionDescriptor NoAction = new();

    /// <summary>204, where there is somebody to answer.</summary>
    public static Task EmptyAsync(FunctionContext context)
    {
        if (context.GetHttpContext() is { Response.HasStarted: false } http && http.Response.StatusCode == StatusCodes.Status200OK)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        }

        return Task.CompletedTask;
    }

    public static Task WriteAsync(FunctionContext context, IResult? result) =>
        result is null ? EmptyAsync(context) : result.ExecuteAsync(Arguments.Http(context));

    public static Task WriteAsync(FunctionContext context, IActionResult? result)
    {
        var http = Arguments.Http(context);
        return result is null ? EmptyAsync(context) : result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), NoAction));
    }

    /// <summary>An ActionResult of a value.</summary>
    public static Task WriteAsync(FunctionContext context, IConvertToActionResult? result) => WriteAsync(context, result?.Convert());

    public static Task WriteAsync(FunctionContext context, string? text)
    {
        if (text is null)
        {
            return EmptyAsync(context);
        }

        var response = Arguments.Http(context).Response;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(text, context.CancellationToken);
    }

    public static async Task WriteAsync(FunctionContext context, byte[]? bytes)
    {
        if (bytes is null)
        {
            await EmptyAsync(context);
            return;
        }

        var response = Arguments.Http(context).Response;
        response.ContentType ??= "application/octet-stream";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.CancellationToken);
    }

    /// <summary>Copies the stream into the answer and disposes of it.</summary>
    public static async Task WriteAsync(FunctionContext context, Stream? stream)
    {
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
        value is null ? EmptyAsync(context) : Arguments.Http(context).Response.WriteAsJsonAsync(value, type, cancellationToken: context.CancellationToken);

    /// <summary>What was returned as object answers as what it is.</summary>
    public static Task WriteAsync(FunctionContext context, object? value, JsonTypeInfo<object> type) => value switch
    {
        IResult result => WriteAsync(context, result),
        IActionResult result => WriteAsync(context, result),
        string text => WriteAsync(context, text),
        CloudEvent @event => WriteAsync(context, @event),
        _ => WriteAsync<object>(context, value, type),
    };

    public static Task WriteAsync(FunctionContext context, CloudEvent? @event) =>
        @event is null ? EmptyAsync(context) : EventAnswer.WriteAsync(context, [@event]);

    public static Task WriteAsync(FunctionContext context, IEnumerable<CloudEvent>? events)
    {
        CloudEvent[] all = [.. (events ?? []).Take(EventAnswer.Most + 1)];
        return all.Length == 0 ? EmptyAsync(context) : EventAnswer.WriteAsync(context, all);
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
        value is null ? EmptyAsync(context) : EventAnswer.WriteAsync(context, [new CloudEvent
        {
            Type = eventType,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(value, type),
        }]);
}
