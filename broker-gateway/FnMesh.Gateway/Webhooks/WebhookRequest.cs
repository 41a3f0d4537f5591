using System.Buffers;
using System.Globalization;
using System.Text.Json;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Webhooks;

/// <summary>
/// Makes requests to addresses outside the mesh (CloudEvents HTTP webhook, 2): events as JSON, so that there is always a body and a signature covers attributes too; no principal,
/// which is nobody's business there.
/// </summary>
internal static class WebhookRequest
{
    /// <summary>In structured mode.</summary>
    public static ReadOnlyMemory<byte> BodyOf(StoredEvent stored)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        CloudEventWriter.WriteStructured(stored.Event, json);
        json.Flush();
        return body.WrittenMemory;
    }

    /// <returns>Null and why no request can be made now, which holds up the subscription for a moment.</returns>
    public static async ValueTask<(HttpRequestMessage? Request, string? Fault)> OfAsync(
        Webhook webhook, Endpoint endpoint, ReadOnlyMemory<char> target, IReadOnlyList<StoredEvent> events, ReadOnlyMemory<byte> body, string contentType, TimeProvider time, CancellationToken cancel)
    {
        var (credentials, fault) = await webhook.Secrets.ReadAsync(cancel);
        if (credentials is null) return (null, fault);
        var request = new HttpRequestMessage(HttpMethod.Post, string.Concat(endpoint.Prefix, target.Span)) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var headers = request.Headers;
        headers.TryAddWithoutValidation(WebhookHandshake.RequestOrigin, webhook.Key.Origin);
        if (credentials.Token is { } token) headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        var id = WebhookSignature.IdOf(webhook.Key.Subscription, events);
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        headers.TryAddWithoutValidation("webhook-id", id);
        headers.TryAddWithoutValidation("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        if (!credentials.Keys.IsEmpty) headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Of(credentials.Keys, id, seconds, body.Span));
        return (request, null);
    }
}
