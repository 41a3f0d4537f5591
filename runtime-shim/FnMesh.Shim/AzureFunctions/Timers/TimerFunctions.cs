using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using FnMesh.Node.Http;
using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Calls;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Timers;

/// <summary>Runs an app's timers. A timer never overlaps itself: what falls due while it runs is left out.</summary>
/// <param name="name">The app's name.</param>
/// <param name="app">What is loaded.</param>
/// <param name="invocations">Runs it.</param>
/// <param name="outputs">Publishes what functions put out.</param>
/// <param name="register">Who runs a timer, and when it ran last.</param>
/// <param name="log">What goes wrong.</param>
/// <param name="time">The clock.</param>
internal sealed class TimerFunctions(string name, LoadedApp app, Invocations invocations, FunctionOutputs outputs, TimerRegister register, WorkerLog log, TimeProvider time)
{
    /// <summary>A wait sees neither the clock jump nor a machine sleep.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> _running = [];

    /// <summary>Runs what is due until <paramref name="stop"/>; what runs then is let end.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        from function in app.Index.Functions
        where function.Trigger is TimerTrigger && !function.IsDisabled && function.LoadFailure is null
        select FollowAsync(function, (TimerTrigger)function.Trigger, stop));

    /// <summary>Runs a timer's function now, because somebody asks for it; when it is due next stays as it is.</summary>
    public async Task<InvocationEnd> RunNowAsync(HttpContext context, IndexedFunction function, TimerTrigger trigger, TimeSpan? limit)
    {
        if (function.LoadFailure is { } failure)
        {
            await ProblemJson.WriteAsync(context.Response, StatusCodes.Status500InternalServerError, "Failed", $"{function.Name} is not loaded: {failure}");
            return InvocationEnd.Succeeded;
        }

        if (!_running.TryAdd(function.Name, true))
        {
            context.Response.Headers.RetryAfter = "1";
            await ProblemJson.WriteAsync(context.Response, StatusCodes.Status409Conflict, "It runs just now", "a timer never overlaps itself; ask again when it has ended");
            return InvocationEnd.Succeeded;
        }

        try
        {
            var now = time.GetUtcNow();
            var (outcome, unpublished) = await InvokeAsync(function, trigger, register.ReadLast(name, function.Name), now, InvocationRequests.Of(function, context.Request), limit, context.RequestAborted);
            if (outcome.End is not (InvocationEnd.Succeeded or InvocationEnd.Failed)) return outcome.End;
            if ((outcome.Failure ?? unpublished) is { } reason) await ProblemJson.WriteAsync(context.Response, StatusCodes.Status500InternalServerError, "Failed", $"{function.Name}: {reason}");
            else context.Response.StatusCode = StatusCodes.Status204NoContent;
            return InvocationEnd.Succeeded;
        }
        finally
        {
            _running.TryRemove(function.Name, out _);
        }
    }

    private async Task FollowAsync(IndexedFunction function, TimerTrigger trigger, CancellationToken stop)
    {
        try
        {
            using var place = await register.EnterAsync(name, function.Name, stop);
            var last = trigger.KeepsCount ? register.ReadLast(name, function.Name) : null;
            var from = last ?? time.GetUtcNow();
            // What falls due before the first run, while nothing runs, is missed as well.
            if (trigger.KeepsCount && last is null) Keep(function, from);
            if (trigger.RunsOnStartup && await RunDueAsync(function, trigger, last, time.GetUtcNow(), stop)) from = time.GetUtcNow();
            while (trigger.Schedule.After(from) is { } due)
            {
                for (var wait = due - time.GetUtcNow(); wait > TimeSpan.Zero; wait = due - time.GetUtcNow()) await Task.Delay(wait < LongestWait ? wait : LongestWait, time, stop);
                stop.ThrowIfCancellationRequested();
                if (!await RunDueAsync(function, trigger, from, due, stop)) return;
                from = time.GetUtcNow() is var now && now > due ? now : due;
                if (trigger.KeepsCount) Keep(function, from);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <returns>False when the worker is gone; the run is missed then.</returns>
    private async Task<bool> RunDueAsync(IndexedFunction function, TimerTrigger trigger, DateTimeOffset? last, DateTimeOffset due, CancellationToken stop)
    {
        // Somebody runs it by hand just now.
        if (!_running.TryAdd(function.Name, true)) return true;
        try
        {
            RetryContext? repetition = null;
            while (true)
            {
                var invocation = InvocationRequests.Of(function, null);
                invocation.RetryContext = repetition;
                var (outcome, unpublished) = await InvokeAsync(function, trigger, last, due, invocation, null, CancellationToken.None);
                if (outcome.End is InvocationEnd.Gone or InvocationEnd.Lost) return false;
                if ((outcome.Failure ?? unpublished) is not { } reason) return true;
                var (count, most) = (repetition?.RetryCount ?? 0, function.Retry?.Count ?? 0);
                var wait = count < most ? Task.Delay(WaitBefore(function.Retry!, count), time, stop) : null;
                log.Take(isError: true, $"function '{function.Name}' failed when its time had come (repetition {count} of {most}): {reason}");
                if (wait is null) return true;
                repetition = new RetryContext { RetryCount = count + 1, MaxRetryCount = most, Exception = outcome.Response?.Result?.Exception ?? new RpcException { Message = reason } };
                await wait;
            }
        }
        finally
        {
            _running.TryRemove(function.Name, out _);
        }
    }

    private async Task<(InvocationOutcome Outcome, string? Unpublished)> InvokeAsync(
        IndexedFunction function, TimerTrigger trigger, DateTimeOffset? last, DateTimeOffset due, InvocationRequest invocation, TimeSpan? limit, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var told = new JsonObject
        {
            ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
            ["ScheduleStatus"] = trigger.KeepsCount ? new JsonObject { ["Last"] = Text(last ?? now), ["Next"] = Text(trigger.Schedule.After(due) ?? due), ["LastUpdated"] = Text(now) } : null,
            ["IsPastDue"] = now - due > Late,
        };
        invocation.InputData.Add(new ParameterBinding { Name = trigger.Binding, Data = new TypedData { Json = told.ToJsonString() } });
        invocation.TriggerMetadata["TimerTrigger"] = new TypedData { String = Text(due) };
        var outcome = await invocations.RunAsync(invocation, limit, cancel);
        return (outcome, outcome.End == InvocationEnd.Succeeded ? await outputs.PublishAsync(function, outcome.Response!, null, invocation.TraceContext.TraceParent, cancel) : null);
    }

    private void Keep(IndexedFunction function, DateTimeOffset last)
    {
        try
        {
            register.WriteLast(name, function.Name, last);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            log.Take(isError: true, $"when '{function.Name}' ran cannot be kept, and what it misses while nothing runs is lost: {fault.Message}");
        }
    }

    private static TimeSpan WaitBefore(DeclaredRetry retry, int repetition)
    {
        var grown = retry.Longest is { } longest ? Math.Min(retry.Delay * Math.Pow(2, Math.Min(repetition, 30)), longest) : retry.Delay;
        return TimeSpan.FromMilliseconds(grown);
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
