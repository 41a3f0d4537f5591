using System.Collections.Frozen;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Tokens;
using FnMesh.Gateway.Webhooks;

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
        Consumers = FrozenDictionary<string, ConsumerRoutes>.Empty.GetAlternateLookup<ReadOnlySpan<char>>(),
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

    /// <summary>What namespaces have for calls of their own members, by namespace; those that have nothing of the kind are missing.</summary>
    public required FrozenDictionary<string, ConsumerRoutes>.AlternateLookup<ReadOnlySpan<char>> Consumers { get; init; }

    /// <summary>By qualified name.</summary>
    public required FrozenDictionary<string, AppRoutes>.AlternateLookup<ReadOnlySpan<char>> Apps { get; init; }

    public required FrozenDictionary<string, SubscriptionBinding> Subscriptions { get; init; }

    /// <summary>Why paths that functions have lead nowhere from the edge.</summary>
    public UnroutedCalls Unrouted { get; init; } = UnroutedCalls.None;

    /// <summary>Who tells who callers from outside are; null where no policy says whose tokens count.</summary>
    public TokenGate? Tokens { get; init; }

    /// <summary>Who may publish.</summary>
    public required AccessTarget[] Broker { get; init; }

    /// <summary>Whether a rule for access speaks of functions.</summary>
    public bool AsksForFunctions { get; init; }

    /// <summary>Whether a policy counts and logs what it does not decide.</summary>
    public bool IsReviewed { get; init; }

    /// <summary>How many publications may come; null for any number.</summary>
    public WayLimits? Publications { get; init; }

    /// <summary>How many requests a gateway carries at once.</summary>
    public int MostInFlight { get; init; } = LoadGate.Default;

    /// <summary>Which endpoints are checked.</summary>
    public HealthTarget[] HealthTargets { get; init; } = [];

    /// <summary>Sinks outside the mesh, but for those of subscriptions that are paused.</summary>
    public Webhook[] Webhooks { get; init; } = [];

    /// <summary>A subscription that has somebody to deliver to; null when no backend of its sink has an endpoint, or the address outside has not consented, or the policy no longer names it.</summary>
    public SubscriptionBinding? Reachable(string subscription) =>
        Subscriptions.TryGetValue(subscription, out var binding) && binding.IsReachable ? binding : null;
}
