using System.Collections;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using FnMesh.Control;
using FnMesh.Control.Logs;
using FnMesh.Control.Nodes;
using FnMesh.Gateway;
using FnMesh.Gateway.Kafka;
using FnMesh.Node;
using FnMesh.Node.Members;
using FnMesh.Node.Protocol;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim;

namespace FnMesh.Cli.Up;

/// <summary>The real control, gateway and shims in one process, joined over loopback as they would be apart: what <c>up</c> runs.</summary>
internal sealed class LocalMesh : IAsyncDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ProcessStopTimeout = TimeSpan.FromSeconds(3);

    private readonly UpOptions _options;
    private readonly Terminal _terminal;
    private readonly LineWriter _lines;
    private readonly LineLoggers _loggers;
    private readonly LogTail _tail;
    private readonly ShownTable _shown;
    private PolicyLines? _policyLines;
    private ControlRole? _control;
    private GatewayNode? _gateway;
    private RevisionSupervisor? _supervisor;
    private TokenFiles? _tokenFiles;
    private MeshTokens? _tokens;
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FolderEntry? _entry;

    public LocalMesh(UpOptions options, Terminal terminal, LineWriter lines, LogTail tail)
    {
        (_options, _terminal, _lines, _tail) = (options, terminal, lines, tail);
        _loggers = new LineLoggers(lines);
        _shown = new ShownTable(terminal.Out, lines.Say);
    }

    /// <summary>Starts everything, says that it is ready, and follows edits until it is cancelled.</summary>
    public async Task<int> RunAsync(PolicyFolder folder, PolicyCompilation policy, CancellationToken stop)
    {
        if (PortFault.Busy(("gateway", _options.GatewayPort, "--gateway-port"), ("mesh", _options.MeshPort, "--mesh-port"), ("control", _options.ControlPort, "--control-port"), ("node", _options.NodePort, "--node-port")) is { Count: > 0 } busy)
        {
            foreach (var port in busy) _lines.Say($"fnmesh: {port}");
            return ExitCode.Failed;
        }

        var fault = await StartControlAsync(folder, policy, stop) ?? await StartGatewayAsync(stop);
        if (fault is not null)
        {
            _lines.Say($"fnmesh: {fault}");
            return ExitCode.Failed;
        }

        _policyLines = new PolicyLines(_lines.Say, policy);
        _control!.Plane.PlaceTaken += TellOfPlace;
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        StartProcesses(policy.Snapshot!);
        var follow = _control!.FollowAsync(TellAsync, following.Token);
        try
        {
            var watch = new ReadyWatch(_terminal.Time, _lines.Say);
            if (!await watch.WatchAsync(BecomeReadyAsync(following.Token), follow, Missing)) return ExitCode.Failed;
            return await ServeAsync(policy.Snapshot!, follow);
        }
        finally
        {
            await following.CancelAsync();
            await follow.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Functions must live while the gateway drains; control goes last, so that one can watch.
        if (_gateway is not null)
            await WithinAsync(DrainTimeout, _gateway.StopAsync);
        if (_supervisor is not null)
            await _supervisor.DisposeAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        _tokenFiles?.Dispose();
        if (_control is not null)
            await _control.DisposeAsync();
        _loggers.Dispose();
    }

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private async Task<int> ServeAsync(PolicySnapshot policy, Task follow)
    {
        _control!.IsReady = true;
        var up = new UpFile(
            Environment.ProcessId, Address(_gateway!.Gateway.EdgeAddress), Address(_gateway.Gateway.MeshAddress!), Address(_control.Address), Address(_control.Plane.Address),
            Path.GetFullPath(_options.DataDirectory), [], _terminal.Time.GetUtcNow());
        var file = UpFile.PathIn(_options.Directory);
        DataDirectory.Create(Path.GetDirectoryName(file)!);
        if (HolderOf(file) is { } first)
            _lines.Say($"the 'fnmesh up' of {first.Data} (pid {first.Pid}) is the mesh of this folder; commands reach this one by --control {up.Control}");
        else
            _entry = new FolderEntry(up, file);
        if (_entry?.Write(ProjectsOf(_control.Plane.Policy!)) is { } unwritten)
        {
            _lines.Say($"fnmesh: {unwritten}, so that no command would find this mesh; mend that, and start 'fnmesh up' again");
            return ExitCode.Failed;
        }

        try
        {
            // What gateways serve, which the reconcile loop may not have noted yet.
            await AnnounceAsync(_control.Plane.Policy!, up);
            await follow;
        }
        finally
        {
            _entry?.Remove();
        }

        return ExitCode.Done;
    }

    /// <summary>The mesh that commands of this folder find already: one with another data directory that still runs.</summary>
    private UpFile? HolderOf(string file) =>
        UpFile.Read(file) is { } first && first.Data != Path.GetFullPath(_options.DataDirectory) && DataDirectory.HolderOf(first.Data) is not null ? first : null;

    private async Task<string?> StartControlAsync(PolicyFolder folder, PolicyCompilation policy, CancellationToken stop)
    {
        var trustDomain = policy.Snapshot!.TrustDomain;
        var options = new ControlRoleOptions
        {
            ApiPort = _options.ControlPort,
            Watch = _options.Watch,
            Folder = Path.GetFullPath(_options.Directory),
            Log = _tail,
            AttributeRoutes = true,
            Plane = new ControlPlaneOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, _options.NodePort),
                Directory = Path.Combine(_options.DataDirectory, "control", trustDomain),
                TrustDomain = trustDomain,
                RetainsNodes = false,
            },
        };
        try
        {
            _control = await ControlRole.StartAsync(options, folder, policy, _loggers, _terminal.Time, stop);
            _tokenFiles = new TokenFiles(_control.Plane, _lines.Say);
            _tokens = new MeshTokens(_tokenFiles, _options.DataDirectory, trustDomain);
            _tokens.Issue(policy.Snapshot);
            return null;
        }
        catch (InvalidDataException failure)
        {
            return failure.Message;
        }
        catch (Exception failure) when (failure is IOException or SocketException or UnauthorizedAccessException)
        {
            return PortFault.Explain([("control", _options.ControlPort, "--control-port"), ("node", _options.NodePort, "--node-port")], failure);
        }
    }

    private async Task<string?> StartGatewayAsync(CancellationToken stop)
    {
        var options = new GatewayNodeOptions
        {
            Refused = TellRefused,
            Node = new NodeOptions
            {
                Name = "gateway",
                Role = Role.Gateway,
                Directory = NodeDirectory("gateway"),
                Control = _control!.Plane.Address,
                JoinTokenFile = UpFile.TokenIn(_options.DataDirectory, "gateway"),
                Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
            },
            Gateway = new GatewayOptions
            {
                Edge = new IPEndPoint(IPAddress.Loopback, _options.GatewayPort),
                Mesh = new IPEndPoint(IPAddress.Loopback, _options.MeshPort),
                Cors = _options.Cors,
                DataDirectory = _options.DataDirectory,
                Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
                PortOwner = PortOwner.Find,
                Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value),
            }.WithKafka(),
        };
        try
        {
            _gateway = await GatewayNode.StartAsync(options, _loggers, _terminal.Time, stop);
            return null;
        }
        catch (Exception refused) when (refused is GatewayStartException or NodeStartException)
        {
            return refused.Message;
        }
        catch (Exception failure) when (failure is IOException or SocketException or UnauthorizedAccessException)
        {
            return PortFault.Explain([("gateway", _options.GatewayPort, "--gateway-port"), ("mesh", _options.MeshPort, "--mesh-port")], failure);
        }
    }

    private void StartProcesses(PolicySnapshot policy)
    {
        var options = new SupervisorOptions
        {
            DataDirectory = _options.DataDirectory,
            Join = new MeshJoin(_control!.Plane.Address, app => UpFile.AppTokenIn(_options.DataDirectory, app), NodeDirectory(""))
            {
                Judged = _control.Plane.WhenJudgedAsync,
                Withdraw = _control.Plane.WithdrawAsync,
                Served = _control.Plane.WhenServedAsync,
            },
            StopTimeout = ProcessStopTimeout,
            Watch = _options.Watch,
        };
        _supervisor = new RevisionSupervisor(options, line => _lines.Say(line.App, line.Revision, line.Text), _loggers, _terminal.Time);
        _control.Failures = () => _supervisor.Failures.ToImmutableDictionary(failure => (failure.App, failure.Revision), failure => failure.Reason);
        _supervisor.Apply(policy.Apps);
    }

    private string NodeDirectory(string name) => Path.GetFullPath(Path.Combine(_options.DataDirectory, "nodes", _control!.Current!.Snapshot!.TrustDomain, name));

    private async Task<bool> BecomeReadyAsync(CancellationToken stop)
    {
        // What the gateway refuses no waiting brings.
        var ready = BecomeReadyServedAsync(stop);
        return await Task.WhenAny(ready, _refused.Task) == ready && await ready;
    }

    private async Task<bool> BecomeReadyServedAsync(CancellationToken stop)
    {
        var failures = await _supervisor!.WhenReadyAsync(stop);
        foreach (var failure in failures)
            _lines.Say($"{failure.Origin}: {failure.App}/{failure.Revision} does not start; the reason stands above");
        if (!failures.IsEmpty) return false;
        await _control!.Plane.WhenReadyAsync(static (_, _) => false, stop);
        return true;
    }

    private void TellRefused(string reason)
    {
        _lines.Say($"fnmesh: the gateway does not serve this policy: {reason}");
        _refused.TrySetResult();
    }

    private IReadOnlyList<string> Missing()
    {
        var building = _supervisor!.IsBuilding ? (string[])["the build of the projects"] : [];
        return [.. building, .. _control!.Plane.Lacking()];
    }

    private Task AnnounceAsync(PolicySnapshot policy, UpFile up) => _shown.ShowAsync(RowsOf(policy), new ReadyLine(up.Gateway, up.Mesh, up.Control).ToString());

    private IReadOnlyList<string[]> RowsOf(PolicySnapshot policy) => FunctionTable.Rows(policy, new Uri(Address(_gateway!.Gateway.EdgeAddress)), _control!.Plane.Declarations);

    private ValueTask TellAsync(PolicyCompilation edit, Reconciliation outcome, CancellationToken stop)
    {
        var live = _control!.Current!.Snapshot!;
        if (outcome == Reconciliation.Published)
        {
            // The gateway first: what is gone from the policy must get no calls any more when its processes end.
            TryIssue(live);
            if (_entry?.Write(ProjectsOf(live)) is { } unwritten) _lines.Say($"fnmesh: {unwritten}, and apps started by hand go by the policy before; mend that and save a policy file again");
            _supervisor!.Apply(live.Apps);
        }

        _policyLines!.Tell(edit, outcome, live);
        if (outcome != Reconciliation.Refused) _shown.ShowChanges(RowsOf(live));
        return ValueTask.CompletedTask;
    }

    private void TellOfPlace(string app, string revision, bool taken) =>
        _lines.Say($"{revision}: the process started by hand {(taken ? "takes its place" : "has ended; what 'up' started serves again")}");

    /// <summary>An app that cannot join waits; what serves already goes on.</summary>
    private void TryIssue(PolicySnapshot policy)
    {
        try
        {
            _tokens!.Issue(policy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            _lines.Say($"fnmesh: join tokens of new apps cannot be written, and those apps cannot join: {failure.Message}; mend that and save a policy file again");
        }
    }

    /// <summary>What an app that is started by hand may take the place of: a project by its folder, a command only by name.</summary>
    private static UpProject[] ProjectsOf(PolicySnapshot policy) =>
    [
        .. from app in policy.Apps
           from revision in app.Revisions
           where revision.Run.Url is null
           select new UpProject(app.Name, revision.Name, FolderOf(revision.Run), [.. revision.Environment], Path.GetFullPath(revision.Run.Directory)),
    ];

    private static string FolderOf(RunEntry run)
    {
        if (run.Project is not { } project) return "";
        var path = Path.GetFullPath(project, Path.GetFullPath(run.Directory));
        return File.Exists(path) ? Path.GetDirectoryName(path)! : path;
    }

    private async Task WithinAsync(TimeSpan timeout, Func<CancellationToken, Task> stop)
    {
        using var deadline = new CancellationTokenSource(timeout, _terminal.Time);
        try
        {
            await stop(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _lines.Say("fnmesh: not everything in flight ended in time");
        }
    }
}
