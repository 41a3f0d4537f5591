using System.Collections.Frozen;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Limits;

namespace FnMesh.Gateway.Routing;

/// <summary>Everything that decides, bound from one policy snapshot and one set of endpoints. Immutable; what changes while it serves stands in <see cref="LiveState"/>.</summary>
internal sealed class RoutingTable
{
    /// <summary>Stands in until there is a policy; nothing is decided by it, because the ingress refuses before.</summary>
    public static RoutingTable None { get; } = new()
    {
        Version = string.Empty,
        Edge = new RouteTable([]),
        Mesh = new RouteTable([]),
        Apps = FrozenDictionary<string, AppRoutes>.Empty.GetAlternateLookup<ReadOnlySpan<char>>(),
        Subscriptions = FrozenDictionary<string, SubscriptionBinding>.Empty,
        Broker = [],
    };

    /// <summary>The policy's content hash.</summary>
    public required string Version { get; init; }

    /// <summary>For callers from outside, at the port that the gateway was started with.</summary>
    public required RouteTable Edge { get; init; }

    /// <summary>The listeners of Gateways, by port.</summary>
    public FrozenDictionary<int, HostTable<BoundListener>> Ports { get; init; } = FrozenDictionary<int, HostTable<BoundListener>>.Empty;

    /// <summary>For all calls between functions.</summary>
    public required RouteTable Mesh { get; init; }

    /// <summary>By the name that a call of the mesh has as its host.</summary>
    public required FrozenDictionary<string, AppRoutes>.AlternateLookup<ReadOnlySpan<char>> Apps { get; init; }

    public required FrozenDictionary<string, SubscriptionBinding> Subscriptions { get; init; }

    /// <summary>Why paths that functions have lead nowhere from the edge.</summary>
    public UnroutedCalls Unrouted { get; init; } = UnroutedCalls.None;

    /// <summary>Who may publish.</summary>
    public required AccessTarget[] Broker { get; init; }

    /// <summary>How many publications may come; null for any number.</summary>
    public WayLimits? Publications { get; init; }

    /// <summary>How many requests a gateway carries at once.</summary>
    public int MostInFlight { get; init; } = LoadGate.Default;

    /// <summary>Which endpoints are checked.</summary>
    public HealthTarget[] HealthTargets { get; init; } = [];

    /// <summary>A subscription that has somebody to deliver to; null when no backend of its sink has an endpoint, or the policy no longer names it.</summary>
    public SubscriptionBinding? Reachable(string subscription) =>
        Subscriptions.TryGetValue(subscription, out var binding) && binding.IsReachable ? binding : null;
}
