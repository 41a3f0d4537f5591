using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Webhooks;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>A subscription, bound to where its deliveries go.</summary>
internal sealed class SubscriptionBinding
{
    private readonly bool _hasEndpoint;

    public required SubscriptionEntry Entry { get; init; }

    public required EventMatcher Matcher { get; init; }

    public required Split Split
    {
        get;
        init
        {
            field = value;
            _hasEndpoint = value.Ways.Count == 0 || value.Ways.Any(static way => way.Backend.Endpoints.Length > 0 || way.Failover?.Split.Ways.Any(static other => other.Backend.Endpoints.Length > 0) == true);
        }
    }

    /// <summary>False while no backend has an endpoint, or the address outside has not consented: its deliveries wait. What has no backend at all does not wait for one.</summary>
    public bool IsReachable => _hasEndpoint && Webhook is not { Consent.IsOpen: false };

    /// <summary>The sink, if it is an address outside the mesh; null for one in it.</summary>
    public Webhook? Webhook { get; init; }

    /// <summary>Path and query to post to, beginning with <c>/</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Who may receive, but for the rules of the app that is chosen.</summary>
    public required AccessTarget[] Access { get; init; }

    public string Name => Entry.Name;
}
