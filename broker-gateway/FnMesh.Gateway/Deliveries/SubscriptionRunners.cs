using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// The runners of all subscriptions that the policy names. A subscription that leaves the policy stops and keeps its place:
/// if it comes back it goes on where it was. Policies are followed one after the other.
/// </summary>
/// <param name="broker">Where events come from and progress is recorded.</param>
/// <param name="deliver">Sends one event.</param>
/// <param name="table">The table of the moment.</param>
/// <param name="instruments">What is counted.</param>
/// <param name="loggers">For what people should know.</param>
/// <param name="time">The clock.</param>
/// <param name="halted">Whether nothing runs until <see cref="Resume"/>.</param>
internal sealed class SubscriptionRunners(IBroker broker, Deliver deliver, Func<RoutingTable?> table, Instruments instruments, ILoggerFactory loggers, TimeProvider time, bool halted = false) : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ILogger _log = loggers.CreateLogger<SubscriptionRunner>();
    private SubscriptionLanes[] _running = [];
    private bool _stopped;
    private bool _halted = halted;

    /// <summary>Where each stands now.</summary>
    public IReadOnlyList<SubscriptionState> States =>
        [.. Volatile.Read(ref _running).Select(static runner => runner.State)];

    /// <summary>Registers the subscriptions that a table names and nobody runs yet; nothing else changes.</summary>
    /// <exception cref="BrokerException">One could not be registered.</exception>
    public async Task<IReadOnlyDictionary<string, ILanes>> RegisterAsync(RoutingTable next, CancellationToken cancel)
    {
        // Where the log is not here nobody can be registered; whoever holds it has the same policy.
        if (Volatile.Read(ref _halted)) return new Dictionary<string, ILanes>();
        var running = Volatile.Read(ref _running).Select(static runner => (runner.Name, runner.Topic)).ToHashSet();
        Dictionary<string, ILanes> registered = [];
        try
        {
            foreach (var entry in next.Subscriptions.Values.Select(static binding => binding.Entry).Where(entry => !running.Contains((entry.Name, entry.Topic))))
                registered.Add(entry.Name, await (entry.Topic is { } topic ? broker.OpenTopicAsync(topic, entry.Name, entry.Start, cancel) : broker.OpenAsync(entry.Name, entry.Start, cancel)));
            return registered;
        }
        catch
        {
            foreach (var lanes in registered.Values) await lanes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs exactly the subscriptions of a table that is live now: at once, and completes when those that it lacks have stopped.</summary>
    public async Task FollowAsync(RoutingTable live, IReadOnlyDictionary<string, ILanes> registered)
    {
        SubscriptionLanes[] leaving;
        lock (_gate)
        {
            if (_stopped || _halted) return;
            leaving = [.. _running.Where(runner => !live.Subscriptions.TryGetValue(runner.Name, out var binding) || binding.Entry.Topic != runner.Topic)];
            List<SubscriptionLanes> running = [.. _running.Except(leaving)];
            foreach (var runner in running) runner.Apply(RulesOf(live.Subscriptions[runner.Name]));
            running.AddRange(registered.Select(item => Start(live.Subscriptions[item.Key], item.Value)));
            Volatile.Write(ref _running, [.. running]);
        }

        Wake();
        await Task.WhenAll(leaving.Select(EndAsync));
    }

    /// <summary>Endpoints have changed: what waits for one goes on if there is one now.</summary>
    public void Wake()
    {
        foreach (var runner in Volatile.Read(ref _running)) runner.Wake();
    }

    /// <summary>Lets deliveries in flight end, until <paramref name="cancel"/>; from now on nothing starts any more.</summary>
    public Task StopAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            _stopped = true;
            return Task.WhenAll(_running.Select(runner => runner.StopAsync(cancel)));
        }
    }

    /// <summary>As <see cref="StopAsync"/>, until <see cref="Resume"/>; completes when nobody uses the broker any more.</summary>
    public async Task HaltAsync(CancellationToken cancel)
    {
        SubscriptionLanes[] running;
        lock (_gate)
        {
            Volatile.Write(ref _halted, true);
            running = Interlocked.Exchange(ref _running, []);
        }

        await Task.WhenAll(running.Select(runner => runner.StopAsync(cancel)));
        foreach (var runner in running) await runner.DisposeAsync();
    }

    /// <summary>The next policy that is registered and followed runs again.</summary>
    public void Resume() => Volatile.Write(ref _halted, false);

    public async ValueTask DisposeAsync()
    {
        SubscriptionLanes[] running;
        lock (_gate)
        {
            _stopped = true;
            running = Interlocked.Exchange(ref _running, []);
        }

        foreach (var runner in running) await runner.DisposeAsync();
    }

    /// <summary>What is replayed for a subscription was chosen by whoever asked for it; others pass over it.</summary>
    private static SubscriptionRules RulesOf(SubscriptionBinding binding) =>
        new(binding.Entry, record => record.Replay is { } again ? again.Subscription == binding.Name : record.Topic == binding.Entry.Topic && binding.Matcher.Matches(record), binding.Webhook?.Consent);

    private SubscriptionLanes Start(SubscriptionBinding binding, ILanes lanes)
    {
        var name = binding.Name;
        var counted = instruments.Subscription(name);
        return new SubscriptionLanes(RulesOf(binding), lanes, RunLane, counted, _log, time);

        SubscriptionRunner RunLane(SubscriptionRules rules, SubscriptionProgress progress, ILane lane) =>
            SubscriptionRunner.Start(rules, progress, lane, deliver, () => table()?.Reachable(name) is not null, counted, _log, time);
    }

    private async Task EndAsync(SubscriptionLanes runner)
    {
        using var timeout = new CancellationTokenSource(StopTimeout, time);
        await runner.StopAsync(timeout.Token);
        await runner.DisposeAsync();
    }
}
