using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Sessions;
using FnMesh.Gateway.Tokens;
using FnMesh.Gateway.Webhooks;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway;

/// <summary>Holds the routing table. Policy and endpoints come at their own pace; each binds a new table, which is swapped in by one write.</summary>
internal sealed class TableSwitch(Instruments instruments, Randomness randomness, TimeProvider time, MemberClients? members = null, string zone = "", SessionSeal? seal = null, WebhookOptions? webhooks = null, KeyAccess? keys = null)
{
    private readonly Lock _binding = new();
    private EndpointSnapshot _endpoints = EndpointSnapshot.Empty;
    private BoundPolicy? _live;

    /// <summary>Null until the first policy has come.</summary>
    public RoutingTable? Current => Volatile.Read(ref _live)?.Table;

    /// <summary>The policy that is live; null until the first has come.</summary>
    public PolicySnapshot? Policy => Volatile.Read(ref _live)?.Policy;

    /// <summary>Told each table that is live from now on; must not block.</summary>
    public Action<RoutingTable>? Swapped { get; set; }

    /// <summary>Binds a policy that is not live yet; changes nothing.</summary>
    public BoundPolicy Bind(PolicySnapshot policy)
    {
        lock (_binding) return BindNow(policy);
    }

    /// <summary>Makes a policy live, with the endpoints of this moment.</summary>
    /// <returns>The table that is live now.</returns>
    public RoutingTable Swap(BoundPolicy next)
    {
        lock (_binding)
        {
            // Another table may have become live since: its endpoints and its live state count.
            if (next.From != _live?.State || !ReferenceEquals(next.Endpoints, _endpoints)) next = BindNow(next.Policy);
            Volatile.Write(ref _live, next);
            instruments.PolicySwaps.Add();
            Swapped?.Invoke(next.Table);
            return next.Table;
        }
    }

    public void Apply(EndpointSnapshot endpoints)
    {
        lock (_binding)
        {
            _endpoints = endpoints;
            if (_live is not { } live) return;
            var next = BindNow(live.Policy);
            Volatile.Write(ref _live, next);
            Swapped?.Invoke(next.Table);
        }
    }

    private BoundPolicy BindNow(PolicySnapshot policy)
    {
        var from = _live?.State;
        var state = new LiveState(from);
        return new(policy, _endpoints, RoutingTableBinder.Bind(policy, _endpoints, state, instruments, randomness, time, members, zone, seal, webhooks, keys), state, from);
    }
}
