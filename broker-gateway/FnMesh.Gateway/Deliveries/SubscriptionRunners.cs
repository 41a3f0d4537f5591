using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// The runners of all subscriptions that the policy names. A subscription that leaves the policy stops and keeps its place:
/// if it comes back it goes on where it was.
/// </summary>
internal sealed class SubscriptionRunners(IBroker broker, Deliver deliver, Instruments instruments, ILoggerFactory loggers, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _applying = new(1);
    private readonly ILogger _log = loggers.CreateLogger<SubscriptionRunner>();
    private SubscriptionRunner[] _running = [];

    /// <summary>Where each stands now.</summary>
    public IReadOnlyList<SubscriptionState> States =>
        [.. Volatile.Read(ref _running).Select(runner => new SubscriptionState(runner.Name, runner.Lag, runner.Parked, runner.InFlight))];

    /// <summary>Completes when every subscription of the table is registered and those that it lacks have stopped.</summary>
    public async Task ApplyAsync(RoutingTable table, CancellationToken cancel)
    {
        await _applying.WaitAsync(cancel);
        try
        {
            var before = _running.ToDictionary(runner => runner.Name);
            List<SubscriptionRunner> running = [.. _running]; // With those that leave, until nothing can fail any more: nobody else would end them.
            foreach (var binding in table.Subscriptions.Values)
            {
                if (before.TryGetValue(binding.Name, out var runner)) runner.Apply(binding.Entry, binding.Matcher.Matches);
                else running.Add(await SubscriptionRunner.StartAsync(binding.Entry, binding.Matcher.Matches, broker, deliver, instruments.Subscription(binding.Name), _log, time, cancel));
                Volatile.Write(ref _running, [.. running]);
            }

            Volatile.Write(ref _running, [.. running.Where(runner => table.Subscriptions.ContainsKey(runner.Name))]);
            await Task.WhenAll(before.Values.Where(runner => !table.Subscriptions.ContainsKey(runner.Name)).Select(EndAsync));
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <summary>Lets deliveries in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => Task.WhenAll(Volatile.Read(ref _running).Select(runner => runner.StopAsync(cancel)));

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in _running) await runner.DisposeAsync();
        _applying.Dispose();
    }

    private async Task EndAsync(SubscriptionRunner runner)
    {
        using var timeout = new CancellationTokenSource(StopTimeout, time);
        await runner.StopAsync(timeout.Token);
        await runner.DisposeAsync();
    }
}
