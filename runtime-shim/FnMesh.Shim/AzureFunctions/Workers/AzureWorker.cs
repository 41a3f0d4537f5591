using System.ComponentModel;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.Processes;
using Google.Protobuf.WellKnownTypes;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>One life of a worker: its process, its stream, and the app that it has loaded.</summary>
internal sealed class AzureWorker : IAsyncDisposable
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TerminateTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(2);

    private readonly WorkerListener _listener;
    private readonly WorkerStream _stream;
    private readonly ChildProcess _child;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<string> _recycled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private Task<bool>? _stopped;
    private Task _probing = Task.CompletedTask;

    private AzureWorker(WorkerListener listener, WorkerStream stream, ChildProcess child, TimeProvider time)
    {
        (_listener, _stream, _child, _time) = (listener, stream, child, time);
        Ended = EndAsync();
    }

    public int Id => _child.Id;

    public LoadedApp Loaded { get; private set; } = null!;

    public Invocations Invocations { get; private set; } = null!;

    /// <summary>Completes, with what happened, when it serves no more: its process or its stream has ended, or it is of no use any more.</summary>
    public Task<WorkerEnd> Ended { get; }

    /// <summary>Starts a worker and has it load the app; none of it is left when that fails.</summary>
    /// <param name="app">The app.</param>
    /// <param name="start">Its process, without where to connect.</param>
    /// <param name="log">What it says.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopTimeout">The time between SIGTERM and SIGKILL.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="WorkerStartException">It does not come to serve.</exception>
    public static async Task<AzureWorker> StartAsync(AzureApp app, ChildStart start, WorkerLog log, TimeProvider time, TimeSpan stopTimeout, CancellationToken cancel)
    {
        var stream = new WorkerStream(RandomId.Next(), log.Take, time);
        var listener = await WorkerListener.StartAsync(stream, time, cancel);
        AzureWorker worker;
        try
        {
            var arguments = WorkerArguments.Of(listener.Address, stream.WorkerId, RandomId.Next());
            worker = new AzureWorker(listener, stream, await ChildProcess.StartAsync(start with { Arguments = [.. start.Arguments, .. arguments] }, log.Take, time), time);
        }
        catch (Exception failed)
        {
            await listener.DisposeAsync();
            if (failed is Win32Exception error) throw new WorkerStartException($"cannot start '{start.Program}': {error.Message}", isFinal: true);
            throw;
        }

        try
        {
            await worker.LoadAsync(app, log, cancel);
            return worker;
        }
        catch
        {
            await worker.StopAsync(stopTimeout);
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets what runs end, asks the worker to end, and leaves nothing of it.</summary>
    /// <returns>Whether it has ended; false when not even SIGKILL ends it.</returns>
    public Task<bool> StopAsync(TimeSpan timeout)
    {
        lock (_gate) return _stopped ??= StopOnceAsync(timeout);
    }

    private async Task<bool> StopOnceAsync(TimeSpan timeout)
    {
        // What does not end is why it is recycled.
        if (Invocations is not null && !_stream.Ended.IsCompleted && !_recycled.Task.IsCompleted)
        {
            using var late = new CancellationTokenSource(timeout, _time);
            await Invocations.DrainAsync(late.Token);
        }

        if (Loaded?.Capabilities.Terminates == true && !_child.Exited.IsCompleted)
        {
            var terminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(TerminateTimeout) };
            if (await _stream.TrySendAsync(new StreamingMessage { WorkerTerminate = terminate }, CancellationToken.None)) await ExitsWithinAsync(TerminateTimeout);
        }

        var ended = await _child.StopAsync(timeout);
        _stream.End();
        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _probing;
        _over.Dispose();
        await _listener.DisposeAsync();
        Invocations?.Dispose();
    }

    private async Task LoadAsync(AzureApp app, WorkerLog log, CancellationToken cancel)
    {
        try
        {
            using var late = new CancellationTokenSource(OpenTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
            var opened = _stream.Opened.WaitAsync(either.Token);
            await Task.WhenAny(opened, _child.Exited);
            if (!_stream.Opened.IsCompleted && !_child.Exited.IsCompleted)
            {
                cancel.ThrowIfCancellationRequested();
                throw new WorkerStartException($"its worker did not open its stream within {OpenTimeout.TotalSeconds} s");
            }

            await either.CancelAsync();
            await opened.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_child.Exited.IsCompleted) throw new WorkerGoneException();
            Loaded = await new WorkerHandshake(_stream, app).RunAsync(cancel);
            Invocations = new Invocations(_stream, Loaded, reason => _recycled.TrySetResult(reason), _time);
            if (Loaded.Capabilities.Status) _probing = new WorkerProbe(_stream, log, _time).RunAsync(_over.Token);
        }
        catch (WorkerGoneException)
        {
            await ExitsWithinAsync(ExitTimeout);
            throw new WorkerStartException(_child.Exited.IsCompleted ? $"its worker ended with {await _child.Exited} before it served" : "its worker ended its stream before it served");
        }
    }

    private async Task<WorkerEnd> EndAsync()
    {
        await Task.WhenAny(_child.Exited, _stream.Ended, _recycled.Task);
        if (_recycled.Task.IsCompleted) return new WorkerEnd($"it is started anew: {await _recycled.Task}");
        await ExitsWithinAsync(ExitTimeout);
        _stream.End();
        if (!_child.Exited.IsCompleted) return new WorkerEnd("its worker ended its stream");
        var status = await _child.Exited;
        return status == WorkerEnd.WantsRestart ? new WorkerEnd("its worker asked to be started anew", IsWanted: true) : new WorkerEnd($"its worker ended with {status}");
    }

    private async Task ExitsWithinAsync(TimeSpan timeout)
    {
        using var late = new CancellationTokenSource(timeout, _time);
        await ((Task)_child.Exited).WaitAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
