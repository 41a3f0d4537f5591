using System.Collections.Frozen;
using FnMesh.Gateway.Authorization;

namespace FnMesh.Gateway.Routing;

/// <summary>Everything that decides, bound from one policy snapshot and one set of endpoints. Immutable; what changes while it serves stands in <see cref="LiveState"/>.</summary>
internal sealed class RoutingTable
{
    /// <summary>Stands in until there is a policy; nothing is decided by it, because the ingress refuses before.</summary>
    public static RoutingTable None { get; } = new()
    {
        Version = string.Empty,
        Edge = new RouteTable([]),
        Subscriptions = FrozenDictionary<string, SubscriptionBinding>.Empty,
        Broker = [],
    };

    /// <summary>The policy's content hash.</summary>
    public required string Version { get; init; }

    public required RouteTable Edge { get; init; }

    public required FrozenDictionary<string, SubscriptionBinding> Subscriptions { get; init; }

    /// <summary>Who may publish.</summary>
    public required AccessTarget[] Broker { get; init; }

    /// <summary>A subscription that has somebody to deliver to; null when no backend of its sink has an endpoint, or the policy no longer names it.</summary>
    public SubscriptionBinding? Reachable(string subscription) =>
        Subscriptions.TryGetValue(subscription, out var binding) && binding.IsReachable ? binding : null;
}
