using System.Net;
using FnMesh.Node.Members;
using FnMesh.Node.Protocol;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.Members;

namespace FnMesh.Shim.Revisions;

/// <summary>
/// How one replica is a member of the mesh: a process that references FnMesh.Functions joins by itself and is only told how; any other gets a shim,
/// which stays when the process is started again. Outside a mesh it is neither.
/// </summary>
internal sealed class ReplicaMembership : IAsyncDisposable
{
    private const string FunctionsPackage = "\"FnMesh.Functions/";
    private static readonly TimeSpan AnnounceTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long calls wait in a shim for its only process to be started again, and how long gateways go on to send them there.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly MeshJoin? _join;
    private readonly FunctionShim? _shim;
    private readonly Offer? _offer;
    private readonly MemberOptions? _joinsByItself;
    private readonly TimeSpan _hold;
    private CancellationTokenSource _back = new();
    private Task _leavingLater = Task.CompletedTask;

    private ReplicaMembership(MeshJoin? join, FunctionShim? shim, MemberOptions? joinsByItself, bool isAlone, TimeProvider time)
    {
        (_join, _shim, _joinsByItself, _hold, _time) = (join, shim, joinsByItself, isAlone ? Hold : TimeSpan.Zero, time);
        if (shim is not null) _offer = new Offer((served, cancel) => shim.SeatAsync(served, _hold, cancel), shim.LeaveAsync);
    }

    /// <param name="app">The app's name.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="assembly">What a project was built to; null for a command.</param>
    /// <param name="scene">What replicas share.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Node.NodeStartException">The shim cannot join.</exception>
    public static async Task<ReplicaMembership> CreateAsync(string app, RevisionEntry revision, string? assembly, ReplicaScene scene, CancellationToken cancel)
    {
        if (scene.Options.Join is not { } join) return new ReplicaMembership(null, null, null, isAlone: false, scene.Time);
        var name = scene.NextNode(revision.Name);
        var options = new MemberOptions
        {
            Revision = revision.Name,
            Node = new Node.NodeOptions
            {
                Name = name,
                Role = Role.Function,
                Directory = Path.Combine(join.Directory, name),
                Control = join.Control,
                JoinTokenFile = join.TokenFile(app),
                Seed = name.GetHashCode(StringComparison.Ordinal),
            },
        };
        return assembly is not null && ReferencesFunctions(assembly)
            ? new ReplicaMembership(join, null, options, isAlone: false, scene.Time)
            : new ReplicaMembership(join, await FunctionShim.StartAsync(options, new IPEndPoint(IPAddress.Loopback, 0), null, scene.Loggers, scene.Time, cancel), null, revision.Replicas == 1, scene.Time);
    }

    /// <summary>The way into the mesh of what a shim stands before; null where there is none.</summary>
    public GatewayHandler? Gateways => _shim?.Gateways;

    /// <summary>Why the mesh refuses a process that joins by itself; empty when it does not, or has not said so in time.</summary>
    public async Task<IReadOnlyList<string>> RefusedAsync(CancellationToken cancel)
    {
        if (_joinsByItself is null || _join?.Judged is not { } judged) return [];
        using var deadline = new CancellationTokenSource(AnnounceTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            return await judged(_joinsByItself.Node.Name, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>What a process that has a shim is told of the mesh.</summary>
    public IReadOnlyDictionary<string, string> Environment() =>
        _shim is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["FNMESH_GATEWAY"] = _shim.Door.GetLeftPart(UriPartial.Authority) };

    /// <summary>What the process is told of the mesh.</summary>
    /// <param name="port">Where it shall listen.</param>
    public IReadOnlyDictionary<string, string> Environment(int port)
    {
        if (_shim is not null) return Environment();
        if (_joinsByItself is not { Node: { } node }) return new Dictionary<string, string>();
        return new Dictionary<string, string>
        {
            [MemberEnvironment.ControlName] = node.Control.GetLeftPart(UriPartial.Authority),
            [MemberEnvironment.JoinTokenFileName] = node.JoinTokenFile!,
            [MemberEnvironment.ListenName] = $"127.0.0.1:{port}",
            [MemberEnvironment.NodeName] = node.Name,
            [MemberEnvironment.NodeDirectoryName] = node.Directory,
        };
    }

    /// <summary>The process listens on its port.</summary>
    /// <returns>Where gateways reach it.</returns>
    public async Task<Uri> ServeAsync(int port, CancellationToken cancel)
    {
        if (_shim is null) return new Uri($"{(_joinsByItself is null ? "http" : "https")}://127.0.0.1:{port}");
        return await ServeAsync(_shim, new Served(ProcessPlace.Seat.At(new Uri($"http://127.0.0.1:{port}"))), cancel);
    }

    /// <summary>The shim itself hands over what comes; it is there.</summary>
    /// <returns>Where gateways reach it.</returns>
    public Task<Uri> ServeAsync(Served served, CancellationToken cancel) => ServeAsync(_shim!, served, cancel);

    private async Task<Uri> ServeAsync(FunctionShim shim, Served served, CancellationToken cancel)
    {
        await StopLeavingAsync();
        using var deadline = new CancellationTokenSource(AnnounceTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        // What control says of it, control shows; without control the announcement waits.
        await _offer!.ServeAsync(served, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return shim.Address;
    }

    /// <summary>Completes when no gateway sends anything new to it, or that took too long.</summary>
    public Task LeaveAsync() => LeaveAsync(forGood: false);

    /// <summary>As <see cref="LeaveAsync()"/>, and for good: a process that joins by itself, which does not know yet that it is to end, is taken out by control.</summary>
    public async Task WithdrawAsync()
    {
        if (_joinsByItself is null || _join?.Withdraw is not { } withdraw)
        {
            await LeaveAsync(forGood: true);
            return;
        }

        using var deadline = new CancellationTokenSource(LeaveTimeout, _time);
        await withdraw(_joinsByItself.Node.Name, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// The process has ended. Where it was the only one, what comes now waits in the shim for the next one, and gateways are told only when that does not come in <see cref="Hold"/>;
    /// elsewhere what comes is told at once that nobody saw it.
    /// </summary>
    public async Task ForgetAsync()
    {
        if (_shim is null) return;
        _shim.Forget();
        if (_hold == TimeSpan.Zero) await LeaveAsync();
        else _leavingLater = LeaveLaterAsync(_back.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopLeavingAsync();
        _back.Dispose();
        if (_shim is null) return;
        await LeaveAsync(forGood: true);
        using var deadline = new CancellationTokenSource(DrainTimeout, _time);
        await _shim.StopAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _shim.DisposeAsync();
    }

    private async Task LeaveAsync(bool forGood)
    {
        if (_offer is null) return;
        using var deadline = new CancellationTokenSource(LeaveTimeout, _time);
        await _offer.LeaveAsync(forGood, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LeaveLaterAsync(CancellationToken back)
    {
        await Task.Delay(_hold, _time, back).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!back.IsCancellationRequested) await LeaveAsync();
    }

    /// <summary>Completes when no leave is under way that was put off.</summary>
    private async Task StopLeavingAsync()
    {
        await _back.CancelAsync();
        await _leavingLater;
        _back.Dispose();
        _back = new CancellationTokenSource();
    }

    /// <summary>Whether the app that was built is a host of functions itself.</summary>
    private static bool ReferencesFunctions(string assembly)
    {
        var dependencies = Path.ChangeExtension(assembly, ".deps.json");
        return File.Exists(dependencies) && File.ReadAllText(dependencies).Contains(FunctionsPackage, StringComparison.Ordinal);
    }
}
