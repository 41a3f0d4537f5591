namespace FnMesh.Gateway.Webhooks;

/// <summary>A sink outside the mesh, as the policy of the moment has it.</summary>
/// <param name="Key">What permission is asked for.</param>
/// <param name="Client">What reaches it, and nothing that the policy keeps out.</param>
/// <param name="Secrets">What convinces it.</param>
/// <param name="Consent">What it has said; kept from policy to policy for as long as the key stands.</param>
/// <param name="RetryAfterMax">What its Retry-After counts up to.</param>
internal sealed record Webhook(WebhookKey Key, HttpMessageInvoker Client, WebhookSecrets Secrets, WebhookConsent Consent, TimeSpan RetryAfterMax)
{
    /// <summary>Takes in what an answer says of deliveries to come.</summary>
    public void Heard(int status, TimeSpan? retryAfter)
    {
        if (status == 410) Consent.End($"{Key.Address.GetLeftPart(UriPartial.Path)} answered 410 Gone: it wants no more; mend the sink's uri, or pause and resume the subscription to ask again");
        else if (status is 429 or 503 && retryAfter is { } wait) Consent.Hold(wait < RetryAfterMax ? wait : RetryAfterMax, $"it answered {status} and asks to be left alone");
    }
}
