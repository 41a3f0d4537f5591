using FnMesh.Gateway.Deliveries;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway;

/// <summary>
/// Makes policies live, in the order in which they come and each whole or not at all: first what may fail, then the swap, then what follows it.
/// Endpoints become live at once, also meanwhile.
/// </summary>
internal sealed class LivePolicy(TableSwitch table, SubscriptionRunners runners) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task _latest = Task.CompletedTask;
    private bool _closed;

    /// <summary>Completes when calls are decided by the policy, its subscriptions run and those that it lacks have stopped.</summary>
    /// <exception cref="Broker.BrokerException">A subscription could not be registered; the policy before stays live. What was registered keeps its place for a later policy.</exception>
    public Task ApplyAsync(PolicySnapshot policy, CancellationToken cancel)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _latest = ApplyAsync(_latest, policy, cancel);
        }
    }

    /// <summary>Makes the policy that is live run its subscriptions anew, after they were halted.</summary>
    /// <exception cref="Broker.BrokerException">A subscription could not be registered.</exception>
    public async Task ApplyAgainAsync(CancellationToken cancel)
    {
        Task latest;
        lock (_gate) latest = _latest;
        await latest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (table.Policy is { } policy) await ApplyAsync(policy, cancel);
    }

    public void Apply(EndpointSnapshot endpoints)
    {
        table.Apply(endpoints);
        runners.Wake();
    }

    /// <summary>Lets a policy that is on its way become live, then stops all deliveries at once.</summary>
    public async ValueTask DisposeAsync()
    {
        Task latest;
        lock (_gate) (_closed, latest) = (true, _latest);
        await latest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await runners.DisposeAsync();
    }

    private async Task ApplyAsync(Task before, PolicySnapshot policy, CancellationToken cancel)
    {
        // Whatever became of the one before, it has its turn to the end.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        cancel.ThrowIfCancellationRequested();
        var next = table.Bind(policy);
        var registered = await runners.RegisterAsync(next.Table, cancel);
        await runners.FollowAsync(table.Swap(next), registered);
    }
}
