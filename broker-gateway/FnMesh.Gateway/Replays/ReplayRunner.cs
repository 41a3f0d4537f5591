using System.Collections.Concurrent;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Replays;

/// <summary>Runs the replays of the log, each until it has looked at all it was to look at, through restarts. What is stored says how far each is.</summary>
/// <param name="broker">The log.</param>
/// <param name="table">The table of the moment: whose filters hold.</param>
/// <param name="loggers">For what people should know.</param>
/// <param name="time">The clock of rates.</param>
internal sealed partial class ReplayRunner(IBroker broker, Func<RoutingTable?> table, ILoggerFactory loggers, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How many may run at once.</summary>
    public const int MaxRunning = 8;

    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = loggers.CreateLogger<ReplayRunner>();
    private readonly ConcurrentDictionary<long, Running> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _starting = new(1);
    private Task _beginning = Task.CompletedTask;
    private int _begun;
    private bool _halting;

    /// <summary>Goes on with what a former life of the gateway had not ended, once there is a policy, by whose filters it goes. Further calls change nothing.</summary>
    public void Begin()
    {
        if (table() is not null && Interlocked.Exchange(ref _begun, 1) == 0) _beginning = BeginAsync();
    }

    /// <summary>Stores a replay and begins it.</summary>
    /// <returns>Null when <see cref="MaxRunning"/> run already.</returns>
    public async Task<Replay?> StartAsync(ReplayWish wish, CancellationToken cancel)
    {
        await _starting.WaitAsync(cancel);
        try
        {
            if (_running.Count >= MaxRunning) return null;
            // Once it is handed over it is stored, and then it must run, too.
            var replay = await broker.RepeatAsync(new Replay(wish, time.GetUtcNow(), Place: wish.From), [], [], CancellationToken.None);
            LogStarted(_log, replay.Number, wish.Source, wish.From, wish.To, wish.Into ?? wish.Subscription ?? "the subscriptions whose they are");
            Run(replay);
            return replay;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Ends a replay before its time; what it put into the log stays.</summary>
    public async Task StopAsync(long number)
    {
        if (!_running.TryGetValue(number, out var running)) return;
        try
        {
            await running.Stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself in this moment.
        }

        await running.Task;
    }

    /// <summary>Leaves those that run as they are stored, until <see cref="Begin"/>; completes when none runs.</summary>
    public async Task HaltAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (Volatile.Read(ref _begun) == 0) return;
            await _beginning;
            Volatile.Write(ref _halting, true);
            foreach (var running in _running.Values) await running.Stop.CancelAsync();
            await IdleAsync();
            Volatile.Write(ref _halting, false);
            Volatile.Write(ref _begun, 0);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Completes when none of those that run now runs any more.</summary>
    internal Task IdleAsync() => Task.WhenAll(_running.Values.Select(static running => running.Task));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beginning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var running in _running.Values) await running.Task;
        _stop.Dispose();
        _starting.Dispose();
    }

    private async Task BeginAsync()
    {
        await Task.Yield();
        foreach (var replay in await UnendedAsync()) Run(replay);
    }

    private void Run(Replay replay)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var running = new Running(stop);
        if (!_running.TryAdd(replay.Number, running)) return;
        running.Task = RunAsync(replay, stop);
    }

    private async Task RunAsync(Replay replay, CancellationTokenSource stop)
    {
        await Task.Yield();
        try
        {
            Replay? current = replay;
            while (current is not null)
            {
                try
                {
                    var ended = await new ReplayRun(broker, table, time).RunAsync(current, stop.Token);
                    LogEnded(_log, ended.Number, ended.Events, ended.End!);
                    return;
                }
                catch (BrokerException failure)
                {
                    LogRestarting(_log, replay.Number, failure.Message);
                    await Task.Delay(RestartDelay, time, stop.Token);
                    current = (await UnendedAsync()).FirstOrDefault(one => one.Number == replay.Number);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (!_stop.IsCancellationRequested && !Volatile.Read(ref _halting)) await EndAsync(replay.Number);
        }
        finally
        {
            _running.TryRemove(replay.Number, out _);
            stop.Dispose();
        }
    }

    private async Task EndAsync(long number)
    {
        try
        {
            if ((await broker.ListReplaysAsync(CancellationToken.None)).FirstOrDefault(one => one.Number == number) is { Ended: null } replay)
                await broker.RepeatAsync(replay with { Ended = time.GetUtcNow(), End = "stopped" }, [], [], CancellationToken.None);
        }
        catch (BrokerException failure)
        {
            LogRestarting(_log, number, failure.Message);
        }
    }

    private async Task<IReadOnlyList<Replay>> UnendedAsync()
    {
        while (true)
        {
            try
            {
                return [.. (await broker.ListReplaysAsync(_stop.Token)).Where(static replay => replay.Ended is null)];
            }
            catch (BrokerException)
            {
                // The log is on its way from another gateway, or to one.
                await Task.Delay(RestartDelay, time, _stop.Token);
            }
        }
    }

    [LoggerMessage(40, LogLevel.Information, "Replay {Number} of {Source} {From} to {To} begins, into {Into}.")]
    private static partial void LogStarted(ILogger logger, long number, ReplaySource source, long from, long to, string into);

    [LoggerMessage(41, LogLevel.Information, "Replay {Number} has ended after {Events} events: {End}.")]
    private static partial void LogEnded(ILogger logger, long number, long events, string end);

    [LoggerMessage(42, LogLevel.Warning, "Replay {Number} goes on from what is stored: {Reason}")]
    private static partial void LogRestarting(ILogger logger, long number, string reason);

    private sealed class Running(CancellationTokenSource stop)
    {
        public CancellationTokenSource Stop => stop;

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
