using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Shim.Tests;

/// <summary>A supervisor under test, with what it says and what it announces.</summary>
internal sealed class Mesh : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static readonly ResilienceEntry Resilience = new()
    {
        RetryAttempts = 0,
        RetryCodes = [],
        RetryBackoff = TimeSpan.Zero,
        RetryUnsafeMethods = false,
        RetryBudget = new RetryBudgetEntry(20, TimeSpan.FromSeconds(10), 10, TimeSpan.FromSeconds(1)),
    };

    /// <summary>MSBuild takes its time on a machine that has other things to do.</summary>
    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(2);

    private readonly Channel<EndpointSnapshot> _announced = Channel.CreateUnbounded<EndpointSnapshot>();
    private readonly Channel<ProcessLine> _said = Channel.CreateUnbounded<ProcessLine>();

    private readonly SupervisorOptions _options;

    /// <summary>How long is waited for what comes: with projects it may be a build.</summary>
    private TimeSpan _patience = Patience;
    private readonly ILoggerFactory _loggers;

    public Mesh(Func<SupervisorOptions, SupervisorOptions>? change = null, ILoggerFactory? loggers = null)
    {
        _loggers = loggers ?? NullLoggerFactory.Instance;
        var options = new SupervisorOptions { DataDirectory = Folder[".fnmesh"], DrainTimeout = TimeSpan.Zero };
        _options = change?.Invoke(options) ?? options;
        Supervisor = Start();
    }

    public TempFolder Folder { get; } = new();

    public RevisionSupervisor Supervisor { get; private set; }

    public ConcurrentQueue<ProcessLine> Lines { get; } = [];

    public static RevisionEntry Entry(string name, RunEntry run) =>
        new() { Name = name, Origin = new Origin("app.yaml", 7, 5), Run = run, Replicas = 1, Environment = [] };

    public void Apply(params RevisionEntry[] revisions)
    {
        if (Array.Exists(revisions, static entry => entry.Run.Project is not null)) _patience = BuildPatience;
        Supervisor.Apply([new AppEntry { Name = "app", Origin = new Origin("app.yaml", 1, 1), Revisions = [.. revisions], Resilience = Resilience, Traffic = [] }]);
    }

    public async Task<ImmutableArray<RevisionFailure>> ReadyAsync(params RevisionEntry[] revisions)
    {
        Apply(revisions);
        using var deadline = new CancellationTokenSource(_patience, TimeProvider.System);
        return await Supervisor.WhenReadyAsync(deadline.Token);
    }

    /// <summary>The endpoints of a revision as they stand.</summary>
    public ImmutableArray<Uri> EndpointsOf(string revision) => Find(Supervisor.Endpoints, revision)?.Endpoints ?? [];

    /// <summary>Waits for an announcement after those that were waited for before.</summary>
    public async Task<RevisionEndpoints?> AnnouncedAsync(string revision, Func<RevisionEndpoints?, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(_patience, TimeProvider.System);
        while (true)
        {
            var found = Find(await _announced.Reader.ReadAsync(deadline.Token), revision);
            if (wanted(found))
            {
                return found;
            }
        }
    }

    public async Task<ProcessLine> SaidAsync(string part)
    {
        using var deadline = new CancellationTokenSource(_patience, TimeProvider.System);
        while (true)
        {
            var line = await _said.Reader.ReadAsync(deadline.Token);
            if (line.Text.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }

    public RevisionEntry Function(string name, params string[] words) => Command(name, FunctionProcess.Command(words));

    public RevisionEntry Command(string name, params string[] command) => Entry(name, new RunEntry { Command = [.. command], Directory = Folder.Path });

    public RevisionEntry Url(string name, string url) => Entry(name, new RunEntry { Url = url, Directory = Folder.Path });

    public RevisionEntry Project(string name, string project) => Entry(name, new RunEntry { Project = project, Directory = Folder.Path });

    /// <summary>Ends the supervisor, and starts one that knows what that one left on disk.</summary>
    public async Task RestartAsync()
    {
        await Supervisor.DisposeAsync();
        Supervisor = Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Supervisor.DisposeAsync();
        Folder.Dispose();
    }

    private RevisionSupervisor Start()
    {
        var supervisor = new RevisionSupervisor(
            _options,
            line =>
            {
                Lines.Enqueue(line);
                _said.Writer.TryWrite(line);
            },
            _loggers,
            TimeProvider.System);
        supervisor.EndpointsChanged += endpoints => _announced.Writer.TryWrite(endpoints);
        return supervisor;
    }

    private static RevisionEndpoints? Find(EndpointSnapshot snapshot, string revision) => snapshot.Revisions.FirstOrDefault(entry => entry.Revision == revision);
}
