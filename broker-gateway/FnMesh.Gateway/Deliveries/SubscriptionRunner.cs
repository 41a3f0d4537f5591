using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Metrics;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// Delivers the events of one registered subscription: matched, at least once, in order per partition key where the policy asks for it.
/// When progress cannot be recorded it begins again, a second later, from what is stored.
/// </summary>
internal sealed class SubscriptionRunner : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly IBroker _broker;
    private readonly Deliver _deliver;
    private readonly DeliveryBounds _bounds;
    private readonly SubscriptionInstruments _instruments;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private SubscriptionRules _rules;
    private SubscriptionRun _run;
    private Task _loop = Task.CompletedTask;

    private SubscriptionRunner(SubscriptionRules rules, SubscriptionProgress progress, IBroker broker, Deliver deliver, DeliveryBounds bounds, SubscriptionInstruments instruments, ILogger logger, TimeProvider time)
    {
        (_rules, _name, _broker, _deliver, _bounds) = (rules, rules.Entry.Name, broker, deliver, bounds);
        (_instruments, _logger, _time) = (instruments, logger, time);
        _run = Begin(progress);
    }

    public string Name => _name;

    /// <summary>Events in the log that are neither settled nor parked, whether they match or not.</summary>
    public long Lag => Math.Max(0, _broker.End - Volatile.Read(ref _run).Cursor);

    public int Parked => Volatile.Read(ref _run).Parked;

    public int InFlight => Volatile.Read(ref _run).InFlight;

    /// <summary>Registers the subscription, or finds it, and begins to deliver.</summary>
    /// <exception cref="BrokerException">The broker could not register it.</exception>
    public static async Task<SubscriptionRunner> StartAsync(
        SubscriptionEntry entry, Func<EventRecord, bool> matches, IBroker broker, Deliver deliver, SubscriptionInstruments instruments, ILogger logger, TimeProvider time,
        CancellationToken cancel, DeliveryBounds? bounds = null)
    {
        var progress = await broker.OpenAsync(entry.Name, cancel);
        var runner = new SubscriptionRunner(new SubscriptionRules(entry, matches), progress, broker, deliver, bounds ?? DeliveryBounds.Default, instruments, logger, time);
        runner._loop = runner.LoopAsync();
        return runner;
    }

    /// <summary>Swaps the policy. Events that are waiting are asked again whether they still match; those that were passed over stay so.</summary>
    public void Apply(SubscriptionEntry entry, Func<EventRecord, bool> matches)
    {
        Volatile.Read(ref _run).RecordSkips(1);
        Volatile.Write(ref _rules, new SubscriptionRules(entry, matches));
    }

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
        new(_name, progress, _broker, _deliver, () => Volatile.Read(ref _rules), _bounds, _instruments, _logger, _time, _abort.Token);

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
                return await _broker.OpenAsync(_name, _stop.Token);
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
