using System.Threading.Channels;
using FnMesh.Node.Stream;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.AzureFunctions;
using FnMesh.Shim.Processes;
using FnMesh.Shim.Projects;

namespace FnMesh.Shim.Revisions;

/// <summary>Keeps one process of a revision running until it is told to stop. Its state belongs to the supervisor's loop; here is only the process.</summary>
internal sealed class Replica : IAsyncDisposable
{
    /// <summary>So many ends before it was ever ready count as a failure to start; the attempts go on.</summary>
    public const int EarlyEnds = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly string _app;
    private readonly RevisionEntry _revision;
    private readonly Task<BuiltProject>? _project;
    private readonly bool _takesPlace;
    private readonly ReplicaScene _scene;
    private readonly CancellationTokenSource _stop = new();
    private readonly Backoff _backoff = new(FirstPause, LongestPause);
    private readonly Task _ended;
    private volatile ReplicaMembership? _membership;
    private string? _copy;
    private int _earlyEnds;

    private Replica(string app, RevisionEntry revision, Task<BuiltProject>? project, bool takesPlace, ReplicaScene scene)
    {
        (_app, _revision, _project, _takesPlace, _scene) = (app, revision, project, takesPlace, scene);
        _ended = Task.Run(RunAsync);
    }

    /// <summary>Written by the supervisor's loop alone.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Written by the supervisor's loop alone.</summary>
    public string? Failure { get; set; }

    /// <param name="app">The app's name.</param>
    /// <param name="revision">With a command or a project.</param>
    /// <param name="project">The build, when it is a project.</param>
    /// <param name="takesPlace">Whether it replaces what may serve: then it ends when the mesh refuses it. Otherwise it waits for the policy to be mended.</param>
    /// <param name="scene">What it shares with others.</param>
    public static Replica Start(string app, RevisionEntry revision, Task<BuiltProject>? project, bool takesPlace, ReplicaScene scene) => new(app, revision, project, takesPlace, scene);

    /// <summary>Completes when no gateway sends anything new to the process, or that took too long; it goes on with what it has.</summary>
    public Task WithdrawAsync() => _membership?.WithdrawAsync() ?? Task.CompletedTask;

    /// <summary>Stops the process, and completes when nothing of it runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ended;
        if (_membership is { } membership) await membership.DisposeAsync();
        if (_copy is not null) ProgramCopies.Remove(_copy);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            string? assembly = null;
            if (_project is not null)
            {
                var built = await _project.WaitAsync(_stop.Token);
                if (built.Failure is { } failure)
                {
                    await ReportAsync(null, failure);
                    return;
                }

                if (await PlaceAsync(built.Assembly!) is not { } placed) return;
                assembly = placed;
            }

            if (await JoinAsync(assembly) is { } membership) _membership = membership;
            else return;
            while (true)
            {
                var began = _scene.Time.GetTimestamp();
                var end = await RunOnceAsync(assembly);
                _stop.Token.ThrowIfCancellationRequested();
                var pause = end.IsWanted ? TimeSpan.Zero : _backoff.Next(_scene.Time.GetElapsedTime(began));
                var wait = Task.Delay(pause, _scene.Time, _stop.Token);
                // It does not come back in time for what waits for it.
                if (pause >= ReplicaMembership.Hold) await membership.LeaveAsync();
                await EndedAsync(end, pause);
                await wait;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop: RunOnceAsync has ended what it started.
        }
        catch (ChannelClosedException)
        {
            // Nobody is there to be told any more.
        }
#pragma warning disable CA1031 // Nobody awaits it: unsaid, whoever waits for the revision would wait for ever.
        catch (Exception error)
#pragma warning restore CA1031
        {
            await ReportAsync(null, $"cannot start: {error.Message}");
        }
    }

    /// <summary>From where the program is run.</summary>
    /// <returns>Null when it cannot be copied, which has been reported.</returns>
    private async Task<string?> PlaceAsync(string assembly)
    {
        if (!_scene.Options.Watch) return assembly;
        try
        {
            return _copy = await _scene.Copies.TakeAsync(assembly, _stop.Token);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await ReportAsync(null, $"cannot start: {error.Message}");
            return null;
        }
    }

    /// <returns>Null when it cannot, which has been reported.</returns>
    private async Task<ReplicaMembership?> JoinAsync(string? assembly)
    {
        try
        {
            return await ReplicaMembership.CreateAsync(_app, _revision, assembly, _scene, _stop.Token);
        }
        catch (Exception error) when (error is Node.NodeStartException or IOException or UnauthorizedAccessException)
        {
            await ReportAsync(null, $"cannot join the mesh: {error.Message}");
            return null;
        }
    }

    /// <summary>From the choice of a port to the end of the process; says why it ended.</summary>
    private async Task<ReplicaEnd> RunOnceAsync(string? assembly)
    {
        try
        {
            if (_revision.Run.AzureFunctions is not null) return await RunWorkerAsync();
            var port = _scene.Ports.Take();
            try
            {
                return _scene.Plan.TryMake(_app, _revision, port, assembly, _membership!.Environment(port), out var start, out var failure)
                    ? await AttendAsync(await ChildProcess.StartAsync(start, Write, _scene.Time), port)
                    : new ReplicaEnd(failure, IsFinal: true);
            }
            finally
            {
                _scene.Ports.Return(port);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever it is, it concerns this replica alone.
            return new ReplicaEnd($"cannot start: {error.Message}", IsFinal: true);
        }
    }

    private async Task<ReplicaEnd> RunWorkerAsync()
    {
        var end = await new WorkerRun(_app, _revision, _membership!, _scene, Write).RunAsync(serves => ReportAsync(serves, null), _stop.Token);
        if (end.WasReady) _earlyEnds = 0;
        return end;
    }

    private async Task<ReplicaEnd> AttendAsync(ChildProcess child, int port)
    {
        try
        {
            if (!await ListensAsync(child, port))
            {
                return child.Exited.IsCompleted
                    ? new ReplicaEnd($"ended with {await child.Exited} before it listened on its PORT")
                    : new ReplicaEnd($"did not listen on 127.0.0.1:{port} (its PORT) within {_scene.Options.ReadyTimeout.TotalSeconds} s");
            }

            _earlyEnds = 0;
            if (_takesPlace && await _membership!.RefusedAsync(_stop.Token) is { Count: > 0 } refused) return new ReplicaEnd($"the mesh refuses it: {string.Join("; ", refused)}", IsFinal: true);
            await ReportAsync(await _membership!.ServeAsync(port, _stop.Token), null);
            var status = await child.Exited.WaitAsync(_stop.Token);
            await _membership.ForgetAsync();
            await ReportAsync(null, null);
            return new ReplicaEnd($"ended with {status}", WasReady: true);
        }
        finally
        {
            if (!await child.StopAsync(_scene.Options.StopTimeout))
            {
                Write(true, $"process {child.Id} does not end, not even by SIGKILL, and is left behind; end it by hand");
            }
        }
    }

    /// <summary>Who looks at a process that takes long is told what it is waited for, long before it is given up.</summary>
    private async Task<bool> ListensAsync(ChildProcess child, int port)
    {
        var listens = child.ListensAsync(port, _scene.Options.ReadyTimeout, _stop.Token);
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var hint = Task.Delay(_scene.Options.HintAfter, _scene.Time, decided.Token);
        if (await Task.WhenAny(listens, hint) == hint && hint.IsCompletedSuccessfully)
            Write(true, $"has not listened on 127.0.0.1:{port} for {_scene.Options.HintAfter.TotalSeconds} s; a process listens on the PORT of its environment, and this one is started anew after {_scene.Options.ReadyTimeout.TotalSeconds} s");
        await decided.CancelAsync();
        return await listens;
    }

    private async Task EndedAsync(ReplicaEnd end, TimeSpan pause)
    {
        if (end.IsFinal)
        {
            await ReportAsync(null, end.Text);
            return;
        }

        Write(true, $"{end.Text}; it is started again in {pause.TotalSeconds:0.#} s");
        if (!end.WasReady && ++_earlyEnds >= EarlyEnds)
        {
            await ReportAsync(null, $"{end.Text}, time after time; see its output");
        }
    }

    private ValueTask ReportAsync(Uri? endpoint, string? failure) => _scene.Report(new ReplicaReport(this, endpoint, failure));

    private void Write(bool isError, string text) => _scene.Lines.Add(new ProcessLine(_app, _revision.Name, isError, text));
}
