using System.Net.Mime;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using FnMesh.Functions.Binding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FnMesh.Functions.Hosting;

/// <summary>Takes CloudEvents in batch mode, or one in binary mode, and runs a function once for all of them.</summary>
internal static class EventBatch
{
    /// <summary>The largest request, in bytes: what the mesh sends at once, and what JSON adds to it.</summary>
    public const int Largest = 24 << 20;

    private const string MediaType = "application/cloudevents-batch+json";

    private static readonly JsonEventFormatter Json = new();

    public static bool Is(HttpRequest request) => request.ContentType?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) == true;

    public static async Task RunAsync(BoundFunction function, HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = Largest;
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var fault = TryRead(http.Request, buffer.ToArray(), out var events);
        var context = new FunctionContext(function.Descriptor, http) { Events = events };
        await (fault is null ? FailedRun.DeliverAsync(function, context, http) : Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, null, fault));
    }

    /// <summary>Says what is wrong; null when nothing is.</summary>
    private static string? TryRead(HttpRequest request, byte[] body, out CloudEvent[] events)
    {
        events = [];
        if (!Is(request))
        {
            var fault = EventDelivery.TryRead(request, body, out var one);
            if (one is not null) events = [one];
            return fault;
        }

        try
        {
            events = [.. Json.DecodeBatchModeMessage(body, new ContentType(MediaType), null)];
            return events.Length == 0 ? "the batch holds no event." : null;
        }
        catch (Exception broken) when (broken is ArgumentException or JsonException or InvalidOperationException)
        {
            return $"the batch is none of CloudEvents 1.0: {broken.Message}";
        }
    }
}
