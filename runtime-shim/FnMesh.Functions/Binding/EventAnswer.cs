using System.Security.Cryptography;
using System.Text;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;

namespace FnMesh.Functions.Binding;

/// <summary>Returned events in an answer with status 200: one in binary mode, several as a batch.</summary>
internal static class EventAnswer
{
    private static readonly JsonEventFormatter Json = new();

    public static async Task WriteAsync(FunctionContext context, CloudEvent[] events)
    {
        for (var place = 0; place < events.Length; place++)
        {
            Complete(context, events[place], place);
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
    private static void Complete(FunctionContext context, CloudEvent @event, int place)
    {
        @event.Source ??= new Uri($"/functions/{context.FunctionId}", UriKind.Relative);
        if (@event.Id is null)
        {
            var cause = context.Event is { } delivered ? $"{delivered.Source}\n{delivered.Id}" : context.InvocationId;
            @event.Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cause}\n{context.FunctionId}\n{place}")).AsSpan(0, 16));
        }

        if (!@event.IsValid)
        {
            throw new InvalidOperationException($"{context.FunctionId}: a returned event has no type; set {nameof(CloudEvent)}.{nameof(CloudEvent.Type)}.");
        }
    }
}
