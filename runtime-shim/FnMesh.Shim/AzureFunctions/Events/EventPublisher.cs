using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Node.Members;

namespace FnMesh.Shim.AzureFunctions.Events;

/// <summary>Publishes what functions put out, with the app's identity: all of it or nothing.</summary>
/// <param name="gateways">The way to the broker; not disposed of.</param>
internal sealed class EventPublisher(HttpMessageHandler gateways) : IDisposable
{
    private static readonly Uri Broker = new("http://broker/events");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker _client = new(gateways, disposeHandler: false);

    /// <summary>Completes when the events are durable.</summary>
    /// <param name="events">At most as many as the broker takes at once; of none nothing is sent.</param>
    /// <param name="traceParent">Of the run that made them; empty for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up; whether they were taken is then not known.</param>
    /// <returns>Why the mesh did not take them; null when it did.</returns>
    public async Task<string?> PublishAsync(IReadOnlyList<JsonObject> events, string traceParent, TimeProvider time, CancellationToken cancel)
    {
        if (events.Count == 0) return null;
        using var request = new HttpRequestMessage(HttpMethod.Post, Broker) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new JsonArray([.. events]))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents-batch+json");
        request.Headers.TryAddWithoutValidation(DeadlineHeader.Name, DeadlineHeader.Write(Patience));
        if (traceParent.Length > 0) request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var answer = await _client.SendAsync(request, either.Token);
            return answer.IsSuccessStatusCode ? null : $"the mesh answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(either.Token)}";
        }
        catch (HttpRequestException failed)
        {
            return $"no gateway took them: {failed.Message}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no gateway answered within {Patience.TotalSeconds} s, and whether they were taken is not known";
        }
    }

    public void Dispose() => _client.Dispose();
}
