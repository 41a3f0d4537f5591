using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// Delivers the events of one subscription from one lane: matched, at least once, in order per partition key where the policy asks for it.
/// When progress cannot be recorded it begins again, a second later, from what is stored.
/// </summary>
internal sealed class SubscriptionRunner : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly ILane _lane;
    private readonly Deliver _deliver;
    private readonly Func<bool> _reachable;
    private readonly DeliveryBounds _bounds;
    private readonly SubscriptionInstruments _instruments;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private SubscriptionRules _rules;
    private SubscriptionRun _run;
    private Task _loop = Task.CompletedTask;

    private SubscriptionRunner(SubscriptionRules rules, SubscriptionProgress progress, ILane lane, Deliver deliver, Func<bool> reachable, DeliveryBounds bounds, SubscriptionInstruments instruments, ILogger logger, TimeProvider time)
    {
        (_rules, _name, _lane, _deliver, _reachable, _bounds) = (rules, rules.Entry.Name, lane, deliver, reachable, bounds);
        (_instruments, _logger, _time) = (instruments, logger, time);
        _run = Begin(progress);
    }

    /// <summary>Events in the lane that are neither settled nor parked, whether they match or not.</summary>
    public long Lag => Math.Max(0, _lane.End - Volatile.Read(ref _run).Cursor);

    public int Parked => Volatile.Read(ref _run).Parked;

    public int InFlight => Volatile.Read(ref _run).InFlight;

    /// <inheritdoc cref="Backlog.Unsettled"/>
    public IReadOnlyDictionary<string, int> Unsettled => Volatile.Read(ref _run).Unsettled;

    /// <summary>Begins to deliver.</summary>
    /// <param name="rules">The policy.</param>
    /// <param name="progress">Where the subscription stands, as the lane was opened; nobody else may run it.</param>
    /// <param name="lane">Where events come from and progress is recorded.</param>
    /// <param name="deliver">Sends one event.</param>
    /// <param name="reachable">Whether anybody is there to deliver to; cheap, and asked under a lock. Each change of it to true is told by <see cref="Wake"/>.</param>
    /// <param name="instruments">What is counted.</param>
    /// <param name="logger">For what people should know.</param>
    /// <param name="time">The clock of redeliveries.</param>
    /// <param name="bounds">What it may hold at once.</param>
    public static SubscriptionRunner Start(
        SubscriptionRules rules, SubscriptionProgress progress, ILane lane, Deliver deliver, Func<bool> reachable, SubscriptionInstruments instruments, ILogger logger,
        TimeProvider time, DeliveryBounds? bounds = null)
    {
        var runner = new SubscriptionRunner(rules, progress, lane, deliver, reachable, bounds ?? DeliveryBounds.Default, instruments, logger, time);
        runner._loop = runner.LoopAsync();
        return runner;
    }

    /// <summary>Swaps the policy. Events that are waiting are asked again whether they still match; those that were passed over stay so.</summary>
    public void Apply(SubscriptionRules rules)
    {
        Volatile.Read(ref _run).RecordSkips(1);
        Volatile.Write(ref _rules, rules);
    }

    /// <summary>Endpoints have changed: what waits for one goes on if there is one now.</summary>
    public void Wake() => Volatile.Read(ref _run).Wake();

    /// <summary>Takes nothing new and lets deliveries in flight end; from <paramref name="cancel"/> on they are cut off. What is not settled is delivered again later.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        await _stop.CancelAsync();
        Volatile.Read(ref _run).End();
        try
        {
            await _loop.WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await _abort.CancelAsync();
            await Task.WhenAny(_loop, Task.Delay(AbortGrace, _time, CancellationToken.None));
        }
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        if (!_loop.IsCompleted) return; // Something in flight still holds the tokens.
        _stop.Dispose();
        _abort.Dispose();
    }

    private SubscriptionRun Begin(SubscriptionProgress progress) =>
        new(_name, progress, _lane, _deliver, _reachable, () => Volatile.Read(ref _rules), _bounds, _instruments, _logger, _time, _abort.Token);

    private async Task LoopAsync()
    {
        await Task.Yield();
        while (true)
        {
            await _run.RunAsync();
            await _run.DisposeAsync();
            if (_stop.IsCancellationRequested || _run.Fault is not { } fault) return;
            DeliveryLog.Restarting(_logger, _name, fault.Message);
            if (await ReopenAsync() is not { } progress) return;
            Volatile.Write(ref _run, Begin(progress));
            if (_stop.IsCancellationRequested) _run.End();
        }
    }

    private async Task<SubscriptionProgress?> ReopenAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(RestartDelay, _time, _stop.Token);
                return await _lane.OpenAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (BrokerException e)
            {
                DeliveryLog.Restarting(_logger, _name, e.Message);
            }
        }
    }
}
