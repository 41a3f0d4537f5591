using System.Globalization;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Webhooks;

/// <summary>Asks an address outside the mesh for permission (CloudEvents HTTP webhook, 4). No credentials are sent, and no status is consent.</summary>
internal static class WebhookHandshake
{
    public const string RequestOrigin = "WebHook-Request-Origin";
    private const string RequestRate = "WebHook-Request-Rate";
    private const string AllowedOrigin = "WebHook-Allowed-Origin";
    private const string AllowedRate = "WebHook-Allowed-Rate";

    /// <summary>Throws for <paramref name="cancel"/> alone.</summary>
    public static async Task<HandshakeAnswer> AskAsync(Webhook webhook, TimeProvider time, CancellationToken cancel)
    {
        var key = webhook.Key;
        using var request = new HttpRequestMessage(HttpMethod.Options, key.Address);
        request.Headers.TryAddWithoutValidation(RequestOrigin, key.Origin);
        if (key.PerMinute is { } wanted) request.Headers.TryAddWithoutValidation(RequestRate, wanted.ToString(CultureInfo.InvariantCulture));
        using var limit = new Deadline(TimeSpan.FromSeconds(10), time, cancel);
        try
        {
            using var answer = await webhook.Client.SendAsync(request, limit.Token);
            return Read(answer, key, time);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return new(IsGiven: false, null, $"it could not be asked for permission: {(limit.Passed ? "no answer within 10 s" : failure.Message)}");
        }
    }

    private static HandshakeAnswer Read(HttpResponseMessage answer, WebhookKey key, TimeProvider time)
    {
        var status = (int)answer.StatusCode;
        if (status == 410) return new(IsGiven: false, null, "it answered OPTIONS with 410 Gone: it wants nothing", IsGone: true);
        var refused = new HandshakeAnswer(IsGiven: false, null, null) { RetryAfter = RetryAfter.Of(answer, time) };
        var origin = One(answer, AllowedOrigin);
        if (origin is null)
            return refused with { Why = $"it gave no permission: its answer {status} to OPTIONS has no {AllowedOrigin}; let it answer with '{AllowedOrigin}: {key.Origin}', or say 'sink.webhook.handshake: false' if the address is your own" };
        if (origin != "*" && !origin.Equals(key.Origin, StringComparison.OrdinalIgnoreCase))
            return refused with { Why = $"it permits '{Clean(origin)}' and not '{key.Origin}', the mesh's name ('webhooks.origin' of the Mesh)" };
        return One(answer, AllowedRate) switch
        {
            null when key.PerMinute is null => new(IsGiven: true, null, null),
            "*" => new(IsGiven: true, null, null),
            { } rate when int.TryParse(rate, NumberStyles.None, CultureInfo.InvariantCulture, out var perMinute) && perMinute > 0 => new(IsGiven: true, perMinute, null),
            null => refused with { Why = $"it gave no permission: it was asked for {key.PerMinute} requests in a minute (delivery.rate) and its answer has no {AllowedRate}" },
            { } other => refused with { Why = $"it gave no permission: '{Clean(other)}' is no {AllowedRate}, which is '*' or a number of requests in a minute" },
        };
    }

    /// <summary>The only value; two are none.</summary>
    private static string? One(HttpResponseMessage answer, string header) =>
        answer.Headers.NonValidated.TryGetValues(header, out var values) && values.Count == 1 && values.ToString().Trim() is { Length: > 0 } value ? value : null;

    private static string Clean(string text) => LogText.Clean(text.Length > 100 ? text[..100] : text);
}
