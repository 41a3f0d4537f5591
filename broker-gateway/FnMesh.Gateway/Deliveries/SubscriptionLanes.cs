using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// A subscription of the policy: a runner for each lane that is this gateway's. A lane that leaves has a short time to end what is in flight;
/// what is not settled then is delivered again by its next owner.
/// </summary>
internal sealed class SubscriptionLanes : IAsyncDisposable
{
    private static readonly TimeSpan ReopenDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ILanes _lanes;
    private readonly Func<SubscriptionRules, SubscriptionProgress, ILane, SubscriptionRunner> _start;
    private readonly SubscriptionInstruments _instruments;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly List<Task> _lives = [];
    private readonly Task _taking;
    private SubscriptionRules _rules;
    private SubscriptionRunner[] _running = [];

    /// <summary>Begins to deliver.</summary>
    /// <param name="rules">The policy.</param>
    /// <param name="lanes">As the broker opened them; from now on this object's.</param>
    /// <param name="start">Starts the runner of a lane.</param>
    /// <param name="instruments">What is counted of it.</param>
    /// <param name="logger">For what people should know.</param>
    /// <param name="time">The clock.</param>
    public SubscriptionLanes(SubscriptionRules rules, ILanes lanes, Func<SubscriptionRules, SubscriptionProgress, ILane, SubscriptionRunner> start, SubscriptionInstruments instruments, ILogger logger, TimeProvider time)
    {
        (_rules, _lanes, _start, _instruments, _logger, _time) = (rules, lanes, start, instruments, logger, time);
        _taking = TakeAsync();
    }

    public string Name => _rules.Entry.Name;

    /// <summary>The topic it reads; null for the mesh's own log.</summary>
    public string? Topic => _rules.Entry.Topic;

    /// <summary>Where it stands now in the lanes that are here.</summary>
    public SubscriptionState State
    {
        get
        {
            var running = Volatile.Read(ref _running);
            Dictionary<string, int> unsettled = [];
            foreach (var (revision, events) in running.SelectMany(static runner => runner.Unsettled)) unsettled[revision] = unsettled.GetValueOrDefault(revision) + events;
            return new(
                Name, running.Sum(static runner => runner.Lag), running.Sum(static runner => (long)runner.Parked), running.Sum(static runner => (long)runner.InFlight),
                unsettled, [.. _instruments.ByRevision.All], Volatile.Read(ref _rules).Consent?.WhyClosed);
        }
    }

    /// <inheritdoc cref="SubscriptionRunner.Apply"/>
    public void Apply(SubscriptionRules rules)
    {
        lock (_gate)
        {
            Volatile.Write(ref _rules, rules);
            foreach (var runner in _running) runner.Apply(rules);
        }
    }

    /// <inheritdoc cref="SubscriptionRunner.Wake"/>
    public void Wake()
    {
        foreach (var runner in Volatile.Read(ref _running)) runner.Wake();
    }

    /// <inheritdoc cref="SubscriptionRunner.StopAsync"/>
    public async Task StopAsync(CancellationToken cancel)
    {
        await _stop.CancelAsync();
        await using var late = cancel.UnsafeRegister(static cut => ((CancellationTokenSource)cut!).Cancel(), _cut);
        await _taking;
        await Task.WhenAll(_lives);
    }

    /// <summary>Stops at once and gives the lanes back.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        await _lanes.DisposeAsync();
        _stop.Dispose();
        _cut.Dispose();
    }

    private async Task TakeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var lane = await _lanes.NextAsync(_stop.Token);
                _lives.RemoveAll(static life => life.IsCompleted);
                _lives.Add(LiveAsync(lane));
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (BrokerException e)
            {
                DeliveryLog.Restarting(_logger, Name, e.Message);
                await Task.Delay(ReopenDelay, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LiveAsync(ILane lane)
    {
        await using var _ = lane;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, lane.Leaving);
        if (await OpenAsync(lane, over.Token) is not { } progress) return;
        await using var runner = Start(progress, lane);
        await new TaskCompletionSource().Task.WaitAsync(over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var timeout = new CancellationTokenSource(lane.Leaving.IsCancellationRequested ? LeaveTimeout : Timeout.InfiniteTimeSpan, _time);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _cut.Token);
        await runner.StopAsync(late.Token);
        lock (_gate) Volatile.Write(ref _running, [.. _running.Where(other => other != runner)]);
    }

    private SubscriptionRunner Start(SubscriptionProgress progress, ILane lane)
    {
        lock (_gate)
        {
            var runner = _start(_rules, progress, lane);
            Volatile.Write(ref _running, [.. _running, runner]);
            return runner;
        }
    }

    private async Task<SubscriptionProgress?> OpenAsync(ILane lane, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await lane.OpenAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return null;
            }
            catch (BrokerException e)
            {
                DeliveryLog.Restarting(_logger, Name, e.Message);
                await Task.Delay(ReopenDelay, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
