using System.Net;

namespace FnMesh.Gateway.Webhooks;

/// <summary>What a gateway has for deliveries to the outside.</summary>
/// <param name="Environment">Its environment, of which policies name secrets.</param>
internal sealed record WebhookOptions(IReadOnlyDictionary<string, string?> Environment)
{
    public static readonly WebhookOptions Default = new(new Dictionary<string, string?>());

    /// <summary>The look-up of names.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> LookUp { get; init; } = Dns.GetHostAddressesAsync;
}
