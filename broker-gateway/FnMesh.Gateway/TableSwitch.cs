using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway;

/// <summary>Holds the routing table. Policy and endpoints come at their own pace; each binds a new table, which is swapped in by one write.</summary>
internal sealed class TableSwitch(Instruments instruments, Randomness randomness, TimeProvider time)
{
    private readonly Lock _binding = new();
    private PolicySnapshot? _policy;
    private EndpointSnapshot _endpoints = EndpointSnapshot.Empty;
    private LiveState? _live;
    private RoutingTable? _table;

    /// <summary>Null until the first policy has come.</summary>
    public RoutingTable? Current => Volatile.Read(ref _table);

    public void Apply(PolicySnapshot policy)
    {
        lock (_binding)
        {
            _policy = policy;
            Bind(policy);
            instruments.PolicySwaps.Add();
        }
    }

    public void Apply(EndpointSnapshot endpoints)
    {
        lock (_binding)
        {
            _endpoints = endpoints;
            if (_policy is not null) Bind(_policy);
        }
    }

    private void Bind(PolicySnapshot policy)
    {
        var live = new LiveState(_live);
        var table = RoutingTableBinder.Bind(policy, _endpoints, live, instruments, randomness, time);
        _live = live;
        Volatile.Write(ref _table, table);
    }
}
