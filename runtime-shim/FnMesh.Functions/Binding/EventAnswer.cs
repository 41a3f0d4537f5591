using System.Security.Cryptography;
using System.Text;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions.Binding;

/// <summary>
/// Publishes what a function returned. A delivery is answered with the events, one in binary mode and several as a batch, and the mesh publishes them in one step with the delivery's end;
/// whoever else runs a function has them published before the run ends.
/// </summary>
internal static class EventAnswer
{
    /// <summary>More events than this are refused.</summary>
    public const int Most = 10_000;

    private static readonly JsonEventFormatter Json = new();

    public static async Task WriteAsync(FunctionContext context, CloudEvent[] events)
    {
        if (events.Length > Most) throw new InvalidOperationException($"{context.FunctionId}: it returned more than {Most} events; publish them in parts with {nameof(MeshClient)}.");
        if (events.Any(@event => string.IsNullOrEmpty(@event?.Type))) throw new InvalidOperationException($"{context.FunctionId}: a returned event has no type; set {nameof(CloudEvent)}.{nameof(CloudEvent.Type)}.");
        if (context.Event is not { } delivered)
        {
            await context.InstanceServices.GetRequiredService<MeshClient>().PublishAsync(events, context.CancellationToken);
            if (context.GetHttpContext() is { Response: { HasStarted: false, StatusCode: StatusCodes.Status200OK } answer }) answer.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        var json = context.InstanceServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        for (var place = 0; place < events.Length; place++)
        {
            Complete(context.FunctionId, delivered, events[place], place);
            EventJson.Write(events[place], json);
        }

        var response = Arguments.Http(context).Response;
        ReadOnlyMemory<byte> body;
        if (events.Length == 1)
        {
            body = Json.EncodeBinaryModeEventData(events[0]);
            response.ContentType = events[0].DataContentType ?? Json.GetOrInferDataContentType(events[0]);
            response.Headers["ce-specversion"] = events[0].SpecVersion.VersionId;
            foreach (var (attribute, value) in events[0].GetPopulatedAttributes())
            {
                if (attribute != events[0].SpecVersion.DataContentTypeAttribute)
                {
                    response.Headers["ce-" + attribute.Name] = HttpUtilities.EncodeHeaderValue(attribute.Format(value));
                }
            }
        }
        else
        {
            body = Json.EncodeBatchModeMessage(events, out var type);
            response.ContentType = type.ToString();
        }

        await response.Body.WriteAsync(body, context.CancellationToken);
    }

    /// <summary>A redelivered event that is answered again is answered with the same id, so that who takes it can tell.</summary>
    private static void Complete(string function, CloudEvent delivered, CloudEvent @event, int place)
    {
        @event.Source ??= new Uri($"/functions/{function}", UriKind.Relative);
        @event.Id ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{delivered.Source}\n{delivered.Id}\n{function}\n{place}")).AsSpan(0, 16));
    }
}
