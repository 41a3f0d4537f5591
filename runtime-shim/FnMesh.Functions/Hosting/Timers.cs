using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Hosting;

/// <summary>Runs the app's timers. A timer never overlaps itself: what falls due while it runs is left out, as in Azure.</summary>
internal sealed partial class Timers(BoundFunctions functions, IServiceScopeFactory scopes, ILogger<Timers> log, TimeProvider time) : BackgroundService
{
    /// <summary>A wait sees neither the clock jump nor a machine sleep.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);
    private readonly ILogger _log = log;

    private DateTimeOffset _started;

    /// <summary>The schedule counts from here, however late its loop begins.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _started = time.GetUtcNow();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        functions.All.Where(function => function.Descriptor.Trigger == FunctionTrigger.Timer).Select(function => RunAsync(function, Schedule.Parse(function.Descriptor.Schedule!, function.Descriptor.Name), stoppingToken)));

    private async Task RunAsync(BoundFunction function, Schedule schedule, CancellationToken stop)
    {
        var last = _started;
        if (function.Descriptor.RunOnStartup) await RunOnceAsync(function, schedule, last, last, stop);
        while (schedule.After(last) is { } due)
        {
            while (due - time.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait < LongestWait ? wait : LongestWait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stop.IsCancellationRequested) return;
            }

            await RunOnceAsync(function, schedule, last, due, stop);
            if (stop.IsCancellationRequested) return;
            last = time.GetUtcNow() is var now && now > due ? now : due;
        }
    }

    private async Task RunOnceAsync(BoundFunction function, Schedule schedule, DateTimeOffset last, DateTimeOffset due, CancellationToken stop)
    {
        // Somebody runs it by hand just now.
        if (!function.Turn.Wait(0, CancellationToken.None)) return;
        try
        {
            await RunInTurnAsync(function, schedule, last, due, stop);
        }
        finally
        {
            function.Turn.Release();
        }
    }

    private async Task RunInTurnAsync(BoundFunction function, Schedule schedule, DateTimeOffset last, DateTimeOffset due, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var info = new TimerInfo
        {
            IsPastDue = now - due > Late,
            ScheduleStatus = new ScheduleStatus { Last = last.UtcDateTime, Next = (schedule.After(due) ?? due).UtcDateTime, LastUpdated = now.UtcDateTime },
        };
        var retry = function.Descriptor.Retry;
        for (var repetition = 0; !await TryAsync(function, info, repetition, stop); repetition++)
        {
            if (repetition >= (retry?.Count ?? 0)) return;
            await Task.Delay(WaitBefore(retry!, repetition), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
        }
    }

    private static TimeSpan WaitBefore(FunctionRetry retry, int repetition)
    {
        if (retry.Longest is not { } longest) return retry.Delay;
        var grown = retry.Delay * Math.Pow(2, Math.Min(repetition, 30));
        return grown < longest ? grown : longest;
    }

    private async Task<bool> TryAsync(BoundFunction function, TimerInfo info, int repetition, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await function.Execute(new FunctionContext(function.Descriptor, RandomNumberGenerator.GetHexString(16, lowercase: true), scope.ServiceProvider, stop) { Timer = info, Repetition = repetition });
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true;
        }
#pragma warning disable CA1031 // Whatever a function throws ends its run, never its timer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, function.Descriptor.Name, repetition, function.Descriptor.Retry?.Count ?? 0);
            return false;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "the timer {Function} failed (repetition {Repetition} of {Count})")]
    private partial void LogFailed(Exception failure, string function, int repetition, int count);
}
