namespace FnMesh.Gateway.Webhooks;

/// <summary>What a permission was asked for: when any of it changes it is asked for again.</summary>
/// <param name="Subscription">Whose events.</param>
/// <param name="Address">Where to.</param>
/// <param name="Origin">In whose name.</param>
/// <param name="PerMinute">How many, if that was asked for.</param>
/// <param name="Handshake">Whether it is asked for at all.</param>
/// <param name="IsPaused">A subscription that was paused and goes on asks again.</param>
/// <param name="Networks">What may be reached beside the public internet.</param>
internal sealed record WebhookKey(string Subscription, Uri Address, string Origin, int? PerMinute, bool Handshake, bool IsPaused, string Networks);
