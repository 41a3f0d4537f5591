using System.Collections;
using System.Net;
using System.Security.Cryptography;

using FnMesh.Cli.Output;
using FnMesh.Control;
using FnMesh.Gateway;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim;

namespace FnMesh.Cli.Up;

/// <summary>The real control, gateway and supervisor in one process over loopback: what <c>up</c> runs.</summary>
internal sealed class LocalMesh : IAsyncDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ProcessStopTimeout = TimeSpan.FromSeconds(3);

    private readonly UpOptions _options;
    private readonly Terminal _terminal;
    private readonly LineWriter _lines;
    private readonly LineLoggers _loggers;
    private readonly PolicyReconciler _reconciler;
    private MeshGateway? _gateway;
    private ControlListener? _control;
    private RevisionSupervisor? _supervisor;
    private volatile bool _ready;
    private bool _lastEditRefused;

    public LocalMesh(UpOptions options, Terminal terminal, LineWriter lines)
    {
        (_options, _terminal, _lines) = (options, terminal, lines);
        _loggers = new LineLoggers(lines);
        _reconciler = new PolicyReconciler(PublishAsync);
    }

    /// <summary>Starts everything, says that it is ready, and follows edits until it is cancelled.</summary>
    public async Task<int> RunAsync(PolicyFolder folder, PolicyCompilation policy, CancellationToken stop)
    {
        var fault = await StartGatewayAsync(stop);
        if (fault is null)
        {
            StartProcesses(policy.Snapshot!);
            fault = await StartControlAsync(stop);
        }

        if (fault is not null)
        {
            _lines.Say($"fnmesh: {fault}");
            return ExitCode.Failed;
        }

        var watch = new ReadyWatch(_terminal.Time, _lines.Say);
        if (!await watch.WatchAsync(BecomeReadyAsync(policy, stop), () => ReadyWatch.Missing(policy.Snapshot!, _supervisor!.Endpoints, _reconciler.Current is not null, _supervisor.IsBuilding)))
            return ExitCode.Failed;

        _ready = true;
        var up = new UpFile(Environment.ProcessId, Address(_gateway!.EdgeAddress), Address(_control!.Address), _terminal.Time.GetUtcNow());
        var file = UpFile.PathIn(_options.Directory);
        DataDirectory.Create(Path.GetDirectoryName(file)!);
        up.Write(file);
        try
        {
            await AnnounceAsync(policy.Snapshot!, up);
            await FollowAsync(folder, stop);
        }
        finally
        {
            up.Remove(file);
        }

        return ExitCode.Done;
    }

    public async ValueTask DisposeAsync()
    {
        // Functions must live while the gateway drains; control goes last, so that one can watch.
        if (_gateway is not null)
            await WithinAsync(DrainTimeout, _gateway.StopAsync);
        if (_supervisor is not null)
            await _supervisor.DisposeAsync();
        if (_control is not null)
        {
            await WithinAsync(TimeSpan.FromSeconds(1), _control.StopAsync);
            await _control.DisposeAsync();
        }

        if (_gateway is not null)
            await _gateway.DisposeAsync();
        _loggers.Dispose();
    }

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private async Task<string?> StartGatewayAsync(CancellationToken stop)
    {
        var options = new GatewayOptions
        {
            Edge = new IPEndPoint(IPAddress.Loopback, _options.GatewayPort),
            DataDirectory = _options.DataDirectory,
            Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value),
        };
        try
        {
            _gateway = await MeshGateway.StartAsync(options, _loggers, _terminal.Time, stop);
            return null;
        }
        catch (GatewayStartException refused)
        {
            return refused.Message;
        }
        catch (IOException failure)
        {
            return PortFault.Explain("gateway", _options.GatewayPort, failure);
        }
    }

    private async Task<string?> StartControlAsync(CancellationToken stop)
    {
        try
        {
            _control = await ControlListener.StartAsync(
                _options.ControlPort,
                routes =>
                {
                    routes.MapControl(State);
                    _gateway!.MapAdmin(routes);
                },
                _loggers,
                stop);
            return null;
        }
        catch (IOException failure)
        {
            return PortFault.Explain("control", _options.ControlPort, failure);
        }
    }

    private void StartProcesses(PolicySnapshot policy)
    {
        var options = new SupervisorOptions
        {
            DataDirectory = _options.DataDirectory,
            Environment = new Dictionary<string, string> { ["FNMESH_GATEWAY"] = Address(_gateway!.EdgeAddress) },
            StopTimeout = ProcessStopTimeout,
        };
        _supervisor = new RevisionSupervisor(options, line => _lines.Say($"{line.App}/{line.Revision}", line.Text), _loggers, _terminal.Time);
        _supervisor.EndpointsChanged += _gateway.Apply;
        _supervisor.Apply(policy.Apps);
    }

    private async Task<bool> BecomeReadyAsync(PolicyCompilation policy, CancellationToken stop) =>
        await _reconciler.ReconcileAsync(policy, stop) != Reconciliation.Refused && await ProcessesServeAsync(stop);

    private async Task<bool> ProcessesServeAsync(CancellationToken stop)
    {
        var failures = await _supervisor!.WhenReadyAsync(stop);
        foreach (var failure in failures)
            _lines.Say($"{failure.Origin}: {failure.App}/{failure.Revision} does not start; the reason stands above");
        return failures.IsEmpty;
    }

    private async Task AnnounceAsync(PolicySnapshot policy, UpFile up)
    {
        var table = FunctionTable.Render(policy, new Uri(up.Gateway));
        if (table.Length > 0)
            await _terminal.Out.WriteLineAsync(table);
        await _terminal.Out.WriteLineAsync(new ReadyLine(up.Gateway, up.Control).ToString());
        await _terminal.Out.FlushAsync();
    }

    private Task FollowAsync(PolicyFolder folder, CancellationToken stop) =>
        _options.Watch ? folder.WatchAsync(ReconcileEditAsync, stop) : Task.Delay(Timeout.InfiniteTimeSpan, _terminal.Time, stop);

    private async ValueTask ReconcileEditAsync(PolicyCompilation edit, CancellationToken stop)
    {
        foreach (var diagnostic in edit.Diagnostics)
            _lines.Say(diagnostic.ToString());
        var outcome = await _reconciler.ReconcileAsync(edit, stop);
        var live = _reconciler.Current!.Snapshot!;
        if (outcome == Reconciliation.Refused)
            _lines.Say($"policy {live.Hash[..8]} stays live: the edit was refused");
        else if (outcome == Reconciliation.Published)
            _lines.Say($"policy {live.Hash[..8]} live: {Counted.Of(live.Apps.Length, "app")}, {Counted.Of(live.Routes.Length, "route")}, {Counted.Of(live.Subscriptions.Length, "subscription")}");
        else if (_lastEditRefused)
            _lines.Say($"policy {live.Hash[..8]} live, as before");
        _lastEditRefused = outcome == Reconciliation.Refused;
    }

    private async ValueTask<bool> PublishAsync(PolicySnapshot policy, CancellationToken cancel)
    {
        // The gateway first: what is gone from the policy must get no calls any more when its processes end.
        try
        {
            await _gateway!.ApplyAsync(policy, cancel);
        }
        catch (GatewayStartException failed)
        {
            _lines.Say($"fnmesh: {failed.Message}");
            return false;
        }

        _supervisor!.Apply(policy.Apps);
        return true;
    }

    private MeshState? State() => _reconciler.Current is not { Snapshot: { } policy } current || _control is null
        ? null
        : new MeshState(policy.Mesh, _gateway!.EdgeAddress, _control.Address, policy.Hash, current.Resources, _ready);

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
