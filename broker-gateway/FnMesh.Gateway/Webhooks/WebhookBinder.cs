using System.Collections.Immutable;
using System.Net;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Routing;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Webhooks;

/// <summary>Binds what a policy says of sinks outside the mesh; what was asked and answered is kept for as long as the same is asked.</summary>
internal sealed class WebhookBinder
{
    private readonly LiveState _live;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly string _origin;
    private readonly string _networks;
    private readonly ImmutableArray<IPNetwork> _named;

    public WebhookBinder(PolicySnapshot policy, LiveState live, WebhookOptions options, TimeProvider time)
    {
        (_live, _options, _time) = (live, options, time);
        _origin = policy.Webhooks?.Origin ?? policy.TrustDomain;
        ImmutableArray<string> networks = policy.Webhooks?.Networks ?? [];
        _networks = string.Join(' ', networks);
        _named = [.. networks.Select(OutsideAddress.Range).OfType<IPNetwork>()];
    }

    public Webhook Of(SubscriptionEntry entry)
    {
        var webhook = entry.Sink.Webhook;
        var key = new WebhookKey(entry.Name, new Uri(entry.Sink.Uri), _origin, entry.Delivery.Rate * 60, webhook?.Handshake is not false, entry.Paused is true, _networks);
        return new Webhook(
            key,
            // Another list of networks is another client: connections to what is no longer permitted are not used any more.
            _live.Keep(new ClientKey(_networks), () => BackendClient.Create(_time, resolve: new PermittedAddresses(_named, _options.LookUp).FindAsync)),
            new WebhookSecrets(webhook, _options.Environment, _time),
            _live.Keep(key, () => new WebhookConsent(key.Handshake, _time)),
            entry.Delivery.RetryAfterMax ?? DeliveryEntry.DefaultRetryAfterMax);
    }

    private sealed record ClientKey(string Networks);
}
