using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using FnMesh.Functions.Binding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FnMesh.Functions.Hosting;

/// <summary>Takes a CloudEvent in binary mode from a request and runs the function for it.</summary>
internal static class EventDelivery
{
    /// <summary>The largest data of an event, in bytes.</summary>
    public const int LargestData = 1 << 20;

    private const string Prefix = "ce-";

    public static async Task RunAsync(BoundFunction function, HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestData;
        }

        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var data = buffer.ToArray();
        var fault = TryRead(http.Request, data, out var @event);
        var context = new FunctionContext(function.Descriptor, http) { Event = @event, EventData = data };
        await (fault is null ? FailedRun.DeliverAsync(function, context, http) : Refusal.WriteAsync(context, StatusCodes.Status400BadRequest, null, fault));
    }

    /// <summary>Says what is wrong with the event; null when nothing is.</summary>
    internal static string? TryRead(HttpRequest request, byte[] data, out CloudEvent? @event)
    {
        @event = null;
        if (EventBatch.Is(request))
        {
            return "it takes one event at a time; take CloudEvent[], or remove 'batch' from its Subscription.";
        }

        if (request.Headers["ce-specversion"] != "1.0")
        {
            return "an event comes as CloudEvent 1.0 in binary mode, with the header ce-specversion: 1.0.";
        }

        var read = new CloudEvent(CloudEventsSpecVersion.V1_0);
        foreach (var (name, value) in request.Headers)
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || name.Equals("ce-specversion", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            try
            {
                read.SetAttributeFromString(name[Prefix.Length..].ToLowerInvariant(), HttpUtilities.DecodeHeaderValue(value.ToString()));
            }
            catch (ArgumentException)
            {
                return $"the event's attribute {name[Prefix.Length..]} has no value of its type.";
            }
        }

        if (!read.IsValid)
        {
            return $"the event has no {(read.Id is null ? "id" : read.Source is null ? "source" : "type")}.";
        }

        read.DataContentType = request.ContentType;
        if (data.Length > 0)
        {
            try
            {
                read.Data = Decode(request, data);
            }
            catch (JsonException)
            {
                return "the event's data is no JSON.";
            }
        }

        @event = read;
        return null;
    }

    private static object Decode(HttpRequest request, byte[] data)
    {
        if (request.HasJsonContentType())
        {
            using var json = JsonDocument.Parse(data);
            return json.RootElement.Clone();
        }

        return request.ContentType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true ? Encoding.UTF8.GetString(data) : data;
    }
}
