using System.Collections.Immutable;
using System.Threading.Channels;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.Processes;
using FnMesh.Shim.Projects;
using FnMesh.Shim.Revisions;
using Microsoft.Extensions.Logging;

namespace FnMesh.Shim;

/// <summary>
/// Runs the revisions of a mesh as processes and says where they can be reached. Whatever ends this program, kill -9 included, ends its
/// children and theirs. One loop owns all state; everything else tells it what happened.
/// </summary>
public sealed partial class RevisionSupervisor : IAsyncDisposable
{
    private const int QueueLength = 1024;

    /// <summary>How long gateways may take to serve a change before that is said of them.</summary>
    private static readonly TimeSpan ServedTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long the last lines may take to be shown; whoever shows them may be held up for ever.</summary>
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(2);

    private readonly Channel<Action> _happenings = Channel.CreateBounded<Action>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Replica> _parting = [];
    private readonly List<RunningRevision> _swapped = [];
    private readonly HashSet<Task> _changing = [];
    private readonly List<TaskCompletionSource<ImmutableArray<RevisionFailure>>> _waiting = [];
    private readonly SupervisorOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly LineQueue _lines;
    private readonly ProgramCopies _copies;
    private readonly ProjectWatch _watch;
    private readonly ProjectBuild _builds;
    private readonly RevisionTable _table;
    private readonly Task _loop;
    private readonly Task _watching;
    private readonly Lazy<Task> _stopped;
    private IReadOnlyList<AppEntry>? _applied;
    private volatile IReadOnlyList<RevisionFailure> _failures = [];
    private volatile EndpointSnapshot _endpoints = EndpointSnapshot.Empty;

    /// <param name="options">Start-up values.</param>
    /// <param name="output">Called for each line of the processes, one at a time; a slow callback loses lines, it never holds a process up.</param>
    /// <param name="loggers">Where the supervisor logs.</param>
    /// <param name="time">The clock of all waits.</param>
    public RevisionSupervisor(SupervisorOptions options, Action<ProcessLine> output, ILoggerFactory loggers, TimeProvider time)
    {
        _options = options;
        _time = time;
        _log = loggers.CreateLogger<RevisionSupervisor>();
        _lines = new LineQueue(output, _log);
        _copies = new ProgramCopies(Path.Combine(ProjectBuild.FolderOf(options), "run"));
        _watch = new ProjectWatch(Rebuild, _lines, time);
        _builds = new ProjectBuild(options, _copies, _watch, _lines, time, _stopping.Token);
        var scene = new ReplicaScene(options, _copies, new LaunchPlan(options), new FreePorts(), _lines, ReportAsync, loggers, time);
        _table = new RevisionTable(_builds, scene, _parting.Add, _swapped.Add);
        _stopped = new Lazy<Task>(EndAsync);
        _loop = Task.Run(RunAsync);
        _watching = options.Watch ? Task.Run(() => _watch.RunAsync(() => IsBuilding, _stopping.Token)) : Task.CompletedTask;
    }

    /// <summary>Raised by the supervisor's loop each time the endpoints differ from before; a handler must not block.</summary>
    public event Action<EndpointSnapshot>? EndpointsChanged;

    /// <summary>The endpoints of the last <see cref="EndpointsChanged"/>: every revision that was applied, in order.</summary>
    public EndpointSnapshot Endpoints => _endpoints;

    /// <summary>The revisions that do not start, as of now; they are tried on. Read from any thread.</summary>
    public IReadOnlyList<RevisionFailure> Failures => _failures;

    /// <summary>Whether projects are being built, for which revisions wait.</summary>
    public bool IsBuilding => !_builds.WhenIdleAsync().IsCompleted;

    /// <summary>
    /// Makes what runs be <paramref name="apps"/>; of several calls the latest wins. Processes whose revision did not change how it runs are left
    /// alone; those that did go on serving until their successor is ready. Never blocks.
    /// </summary>
    public void Apply(IReadOnlyList<AppEntry> apps)
    {
        Volatile.Write(ref _applied, apps);

        // When the queue is full, what stands in it makes the loop look at _applied just as well.
        _happenings.Writer.TryWrite(() => { });
    }

    /// <summary>Completes when every revision of the last <see cref="Apply"/> serves with all its replicas, or is known not to start.</summary>
    /// <returns>The revisions that do not start, whose failures were given to the output too; empty when all serve.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled, or the supervisor was stopped.</exception>
    public async Task<ImmutableArray<RevisionFailure>> WhenReadyAsync(CancellationToken cancel)
    {
        var settled = new TaskCompletionSource<ImmutableArray<RevisionFailure>>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _happenings.Writer.WriteAsync(() => _waiting.Add(settled), cancel);
            return await settled.Task.WaitAsync(cancel);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(RevisionSupervisor));
        }
    }

    /// <summary>
    /// Takes all endpoints away, asks every process to end and kills those that have not ended within <see cref="SupervisorOptions.StopTimeout"/>.
    /// No child is left when it completes; cancelling gives up the wait, not the stop.
    /// </summary>
    public Task StopAsync(CancellationToken cancel) => _stopped.Value.WaitAsync(cancel);

    public async ValueTask DisposeAsync() => await _stopped.Value;

    private async Task RunAsync()
    {
        await foreach (var happening in _happenings.Reader.ReadAllAsync())
        {
            // One by one: what fails ends neither the loop nor what is to come after it, which the end of the supervisor waits for.
            Try(ApplyLatest);
            Try(happening);
            Try(Follow);
        }
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
#pragma warning disable CA1031 // Nobody awaits the loop before the end.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogStepFailed(error);
        }
    }

    private void ApplyLatest()
    {
        if (Interlocked.Exchange(ref _applied, null) is { } apps && !_stopping.IsCancellationRequested) _table.Apply(apps);
    }

    private void Follow()
    {
        if (_table.Refresh()) Announce(_table.Endpoints);
        _failures = [.. _table.Failures];
        // Only now: callers must not be sent to a process that is about to end.
        ChangeOver();
        if (_stopping.IsCancellationRequested)
        {
            _waiting.ForEach(waiting => waiting.TrySetCanceled(_stopping.Token));
            _waiting.Clear();
        }
        else if (_table.IsSettled)
        {
            _waiting.ForEach(waiting => waiting.TrySetResult([.. _failures]));
            _waiting.Clear();
        }
    }

    private async Task EndAsync()
    {
        var left = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _stopping.CancelAsync();
        await _happenings.Writer.WriteAsync(() => _table.Apply([]));
        await _happenings.Writer.WriteAsync(() => left.SetResult(Task.WhenAll(_changing)));
        await await left.Task;
        await _builds.WhenIdleAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _happenings.Writer.TryComplete();
        await _loop;
        using var deadline = new CancellationTokenSource(OutputTimeout, _time);
        await _lines.CompleteAsync().WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _copies.Dispose();
        _stopping.Dispose();
    }

    private bool Rebuild(string project) => _happenings.Writer.TryWrite(() =>
    {
        if (_stopping.IsCancellationRequested) return;
        if (_table.Rebuild(project) is { } built) _ = SwapAsync(project, built);
        else _watch.Forget(project);
    });

    private async Task SwapAsync(string project, Task<BuiltProject> building)
    {
        var stopping = _stopping.Token;
        try
        {
            var built = await building.WaitAsync(stopping);
            await _happenings.Writer.WriteAsync(() => _table.Swap(project, built), stopping);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ChannelClosedException)
        {
            // The mesh ends; there is nothing to swap any more.
        }
    }

    private ValueTask ReportAsync(ReplicaReport report) => _happenings.Writer.WriteAsync(() => _table.Accept(report));

    private void ChangeOver()
    {
        _changing.RemoveWhere(done => done.IsCompleted);
        var withdrawals = _parting.ConvertAll(replica => replica.WithdrawAsync());
        _changing.UnionWith(_parting.Zip(withdrawals, (replica, withdrawn) => LeaveAsync(replica, withdrawn, served: replica.Endpoint is not null)));
        var withdrawn = Task.WhenAll(withdrawals);
        _changing.UnionWith(_swapped.Select(revision => TellAsync(revision.App, revision.Current.Entry.Name, withdrawn)));
        _parting.Clear();
        _swapped.Clear();
    }

    /// <summary>A change is live when no call reaches what ran before.</summary>
    private async Task TellAsync(string app, string revision, Task withdrawn)
    {
        await withdrawn;
        using var deadline = new CancellationTokenSource(ServedTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stopping.Token);
        try
        {
            if (_options.Join?.Served is { } served) await served(either.Token);
            _lines.Add(new ProcessLine(app, revision, IsError: false, "the change is live"));
        }
        catch (OperationCanceledException)
        {
            if (_stopping.IsCancellationRequested) return;
            _lines.Add(new ProcessLine(app, revision, IsError: true, $"the change runs, but not every gateway serves it after {ServedTimeout.TotalSeconds} s; 'fnmesh nodes' shows which"));
        }
    }

    private async Task LeaveAsync(Replica replica, Task withdrawn, bool served)
    {
        await withdrawn;
        if (served) await Task.Delay(_options.DrainTimeout, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await replica.DisposeAsync();
    }

    private void Announce(EndpointSnapshot endpoints)
    {
        _endpoints = endpoints;
        LogEndpoints(endpoints.Revisions.Length);
        try
        {
            EndpointsChanged?.Invoke(endpoints);
        }
        catch (Exception error)
        {
            LogHandlerFailed(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "the endpoints of {Revisions} revisions changed")]
    private partial void LogEndpoints(int revisions);

    [LoggerMessage(Level = LogLevel.Error, Message = "a change of what runs failed, and the revisions that it concerns may not run as the policy says; the supervisor goes on, and the next policy is applied whole")]
    private partial void LogStepFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "a handler of EndpointsChanged failed")]
    private partial void LogHandlerFailed(Exception error);
}
