using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>Runs functions in a worker: as many at once as may, each for as long as it may. A run whose caller has gone keeps its place until the worker answers.</summary>
internal sealed class Invocations : IDisposable
{
    /// <summary>The protocol has no flow control, and what waits inside a worker waits unseen.</summary>
    public const int MostOutstanding = 1024;

    /// <summary>For a run that was told to end.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly WorkerStream _stream;
    private readonly WorkerCapabilities _capabilities;
    private readonly TimeSpan _functionTimeout;
    private readonly Action<string> _recycle;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim? _turns;
    private readonly int _most;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outstanding;
    private volatile bool _isDraining;

    /// <param name="stream">The worker's.</param>
    /// <param name="app">What is loaded in it.</param>
    /// <param name="recycle">Ends the worker, for the reason given: a run does not end.</param>
    /// <param name="time">The clock.</param>
    public Invocations(WorkerStream stream, LoadedApp app, Action<string> recycle, TimeProvider time)
    {
        (_stream, _capabilities, _recycle, _time) = (stream, app.Capabilities, recycle, time);
        _functionTimeout = app.App.Host.FunctionTimeout;
        _most = app.App.Host.MaxOutstanding is { } most ? Math.Min(most, MostOutstanding) : MostOutstanding;
        if (app.App.Host.MaxConcurrent is { } turns) _turns = new SemaphoreSlim(turns);
    }

    /// <summary>Runs that the worker has not answered, and calls that wait for their turn.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <param name="request">With the function and what it is given; the id of the run may be set.</param>
    /// <param name="limit">How long who asks waits; null for as long as a function may run.</param>
    /// <param name="caller">Who asks has gone.</param>
    public async Task<InvocationOutcome> RunAsync(InvocationRequest request, TimeSpan? limit, CancellationToken caller)
    {
        if (_stream.Ended.IsCompleted || _isDraining) return new(InvocationEnd.Gone);
        if (Interlocked.Increment(ref _outstanding) > _most)
        {
            Leave();
            return new(InvocationEnd.Full);
        }

        var wait = limit is { } given && (_functionTimeout == Timeout.InfiniteTimeSpan || given < _functionTimeout) ? given : _functionTimeout;
        using var late = wait == Timeout.InfiniteTimeSpan ? new CancellationTokenSource() : new CancellationTokenSource(wait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, caller);
        if (!await TakeTurnAsync(either.Token))
        {
            Leave();
            return new(caller.IsCancellationRequested ? InvocationEnd.Abandoned : InvocationEnd.Late);
        }

        if (request.InvocationId.Length == 0) request.InvocationId = RandomId.Next();
        var overdue = _functionTimeout == Timeout.InfiniteTimeSpan ? new CancellationTokenSource() : new CancellationTokenSource(_functionTimeout + Grace, _time);
        var answered = _stream.InvokeAsync(request);
        _ = OverseeAsync(answered, overdue);
        try
        {
            return await answered.WaitAsync(either.Token) switch
            {
                null => new(InvocationEnd.Lost),
                { Result.Status: StatusResult.Types.Status.Success } done => new(InvocationEnd.Succeeded, done),
                var failed => new(InvocationEnd.Failed, failed),
            };
        }
        catch (OperationCanceledException)
        {
            if (_capabilities.Cancels) await _stream.TrySendAsync(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = request.InvocationId } }, CancellationToken.None);
            return new(caller.IsCancellationRequested ? InvocationEnd.Abandoned : InvocationEnd.Late);
        }
    }

    /// <summary>Takes nothing new, and completes when nothing runs any more.</summary>
    public async Task DrainAsync(CancellationToken cancel)
    {
        _isDraining = true;
        if (Outstanding == 0) _idle.TrySetResult();
        await ((Task)Task.WhenAny(_idle.Task, _stream.Ended)).WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _turns?.Dispose();

    private async Task<bool> TakeTurnAsync(CancellationToken cancel)
    {
        if (_turns is null) return true;
        try
        {
            await _turns.WaitAsync(cancel);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Frees the place when the worker has answered; where it does not, although the function's time is long over, the worker is of no use any more.</summary>
    private async Task OverseeAsync(Task<InvocationResponse?> answered, CancellationTokenSource overdue)
    {
        using (overdue)
        {
            await ((Task)answered).WaitAsync(overdue.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!answered.IsCompleted) _recycle($"a function did not end {Grace.TotalSeconds} s after its time ({_functionTimeout}) was over");
        }

        await answered;
        Leave();
        if (!_stream.Ended.IsCompleted) _turns?.Release();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _outstanding) == 0 && _isDraining) _idle.TrySetResult();
    }
}
