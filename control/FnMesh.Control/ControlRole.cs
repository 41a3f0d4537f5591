using System.Collections.Immutable;
using FnMesh.Control.Access;
using FnMesh.Control.Describing;
using FnMesh.Control.Editing;
using FnMesh.Control.Http;
using FnMesh.Control.Logs;
using FnMesh.Control.Nodes;
using FnMesh.Control.Subscriptions;
using FnMesh.Control.Traffic;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control;

/// <summary>The control service: a folder of policy files, compiled with what functions declare and pushed to nodes, and the API for people.</summary>
public sealed partial class ControlRole : IAsyncDisposable
{
    /// <summary>Lines of the log for one edit that takes access.</summary>
    private const int MostLosses = 20;

    private readonly ControlRoleOptions _options;
    private readonly PolicyFolder _folder;
    private readonly PolicyReconciler _reconciler;
    private readonly GatewayWindow _window;
    private readonly LiveEdits _edits;
    private readonly DeclaredCompiler _compiler;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private ControlListener? _api;
    private ImmutableArray<Diagnostic> _refusedEdit = [];
    private volatile TaskCompletionSource<(Reconciliation Outcome, string Faults)> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ControlRole(ControlRoleOptions options, PolicyFolder folder, ControlPlane plane, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _folder, Plane, _time) = (options, folder, plane, time);
        _log = loggers.CreateLogger<ControlRole>();
        _reconciler = new PolicyReconciler(PublishAsync);
        _edits = new LiveEdits(this, time);
        _window = new GatewayWindow(plane.Credentials, () => plane.AnyGateway, GatewayRefused, time);
        _compiler = new DeclaredCompiler(() => plane.Declarations, options.AttributeRoutes);
        folder.Compiler = _compiler.Compile;
        plane.DeclarationsChanged += folder.Invalidate;
        // Those that were there already are not told as changes.
        if (!plane.Declarations.IsEmpty) folder.Invalidate();
    }

    public ControlPlane Plane { get; }

    /// <summary>Where people and their tools ask.</summary>
    public Uri Address => _api!.Address;

    /// <summary>The last compilation that went live; null before the first one.</summary>
    public PolicyCompilation? Current => _reconciler.Current;

    /// <summary>Whether edits of policy files go live.</summary>
    internal bool FollowsEdits => _options.Watch;

    internal PolicyFolder Folder => _folder;

    /// <summary>Completes with what comes of the next compilation, and why, where that is a refusal.</summary>
    internal Task<(Reconciliation Outcome, string Faults)> NextReconciliation => _next.Task;

    /// <summary>What <c>/health/ready</c> says.</summary>
    public bool IsReady { get; set; }

    /// <summary>Why revisions do not start, by app and revision, where this process runs them; null where others do. Asked from any thread.</summary>
    public Func<ImmutableDictionary<(string App, string Revision), string>>? Failures { get; set; }

    /// <summary>Completes when the policy is published and both ports listen.</summary>
    /// <param name="options">Start-up values.</param>
    /// <param name="folder">Where the policy lies.</param>
    /// <param name="policy">What was loaded from it, without errors.</param>
    /// <param name="loggers">For refusals and failures.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">A port is taken, or the directory cannot be used.</exception>
    /// <exception cref="InvalidDataException">What the directory holds cannot be read, or is another mesh's.</exception>
    public static async Task<ControlRole> StartAsync(ControlRoleOptions options, PolicyFolder folder, PolicyCompilation policy, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(loggers);
        var role = new ControlRole(options, folder, await ControlPlane.StartAsync(options.Plane, loggers, time, cancel), loggers, time);
        try
        {
            // What nodes declared before control was started again stands: gateways are not to lose its routes and subscriptions.
            if (!role.Plane.Declarations.IsEmpty && folder.Load() is { Snapshot: not null } declared) policy = declared;
            await role._reconciler.ReconcileAsync(policy, cancel);
            role._api = await ControlListener.StartAsync(
                options.ApiPort,
                routes =>
                {
                    role._window.Map(routes);
                    routes.MapNodes(() => role.Plane.Nodes);
                    routes.MapIdentity(role.Plane);
                    routes.MapFunctions(() => role.Current?.Snapshot is { } live ? FunctionListAnswer.Of(live, role.Plane.Declarations) : null);
                    routes.MapDescriptions(role.Describe);
                    routes.MapAccess(() => role.Current, role.TryCompile);
                    routes.MapLogs(options.Log, () => role.Current?.Snapshot);
                    new TrafficEndpoint(role, role._edits).Map(routes);
                    new PauseEndpoint(role, role._edits).Map(routes);
                    new SubscriptionsEndpoint(role, role._edits).Map(routes);
                    routes.MapControl(role.State);
                },
                loggers,
                cancel);
            return role;
        }
        catch
        {
            await role.DisposeAsync();
            throw;
        }
    }

    /// <summary>Follows edits of the files and declarations of functions until it is cancelled.</summary>
    /// <param name="compiled">Told each compilation and what came of it.</param>
    /// <param name="stop">Ends it.</param>
    public Task FollowAsync(Func<PolicyCompilation, Reconciliation, CancellationToken, ValueTask> compiled, CancellationToken stop) => _folder.WatchAsync(
        async (compilation, cancel) =>
        {
            var before = Current?.Snapshot;
            var outcome = await ReconcileAsync(compilation, cancel);
            if (outcome == Reconciliation.Published && before is not null) WarnOfLosses(AccessReport.Losses(before, compilation.Snapshot!));
            var faults = compilation.Diagnostics.Where(found => found.Severity == Severity.Error).ToImmutableArray();
            ImmutableInterlocked.InterlockedExchange(ref _refusedEdit, outcome == Reconciliation.Refused ? faults : []);
            await compiled(compilation, outcome, cancel);
            Tell(faults, outcome);
        },
        stop,
        files: _options.Watch);

    /// <summary>What would come of files now, from any thread.</summary>
    internal PolicyCompilation TryCompile(IReadOnlyList<PolicySource> sources) => _compiler.Try(sources);

    public async ValueTask DisposeAsync()
    {
        // Who follows the lines gets the last ones and an end, not a broken connection.
        _options.Log?.Complete();
        if (_api is not null)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            await _api.StopAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _api.DisposeAsync();
        }

        _edits.Dispose();
        _window.Dispose();
        await Plane.DisposeAsync();
    }

    private async ValueTask<Reconciliation> ReconcileAsync(PolicyCompilation compilation, CancellationToken cancel)
    {
        if (compilation.Snapshot is { } snapshot && Current?.Snapshot is { } live && snapshot.TrustDomain != live.TrustDomain)
        {
            TrustDomainChanged(snapshot.TrustDomain, live.TrustDomain);
            return Reconciliation.Refused;
        }

        var outcome = await _reconciler.ReconcileAsync(compilation, cancel);
        // The same policy may come of declarations that are new, and whose nodes wait to be told.
        if (outcome == Reconciliation.Unchanged) Plane.Publish(compilation.Snapshot!, _compiler.Considered, _compiler.Refusals);
        return outcome;
    }

    private async ValueTask<bool> PublishAsync(PolicySnapshot policy, CancellationToken cancel)
    {
        Plane.Publish(policy, _compiler.Considered, _compiler.Refusals);
        if (Plane.AnyGateway is null) return true;
        using var deadline = new CancellationTokenSource(_options.ServeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            await Plane.WhenServedAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Unanswered(policy.Hash[..8], _options.ServeTimeout.TotalSeconds);
        }

        var gateways = Plane.Nodes.Where(node => node is { Role: "gateway", Connected: true }).ToArray();
        var refused = Array.FindAll(gateways, node => node.Faults.Length > 0 && node.Policy != policy.Hash);
        foreach (var node in refused) Nacked(node.Name, string.Join("; ", node.Faults));
        // Where one serves it, it is live, and those that refuse it are shown. Where none does, what they all serve stays the policy, and the next edit is offered to them anew.
        if (refused.Length == 0 || refused.Length < gateways.Length) return true;
        if (Current?.Snapshot is { } live) Plane.Publish(live, _compiler.Considered, _compiler.Refusals);
        return false;
    }

    private void Tell(ImmutableArray<Diagnostic> faults, Reconciliation outcome)
    {
        var why = faults.IsEmpty ? string.Join("; ", Plane.Nodes.SelectMany(node => node.Faults).DefaultIfEmpty("a gateway did not take it")) : string.Join("; ", faults);
        var told = _next;
        _next = new TaskCompletionSource<(Reconciliation Outcome, string Faults)>(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult((outcome, why));
    }

    private void WarnOfLosses(ImmutableArray<AccessChange> losses)
    {
        foreach (var loss in losses.Take(MostLosses)) AccessLost(loss.Who, loss.Operation, loss.What, loss.After!.May, loss.After.Limits, loss.After.By);
        if (losses.Length > MostLosses) MoreAccessLost(losses.Length - MostLosses);
    }

    private DescribedMesh? Describe() => Current is not { Snapshot: not null } current ? null : new DescribedMesh
    {
        Policy = current,
        RefusedEdit = _refusedEdit,
        Endpoints = Plane.Endpoints,
        Nodes = Plane.Nodes,
        Declarations = _compiler.Readable,
        Refusals = _compiler.Refusals,
        Failures = Failures?.Invoke() ?? ImmutableDictionary<(string, string), string>.Empty,
    };

    private MeshState? State() => Current is not { Snapshot: { } policy } current || _api is null
        ? null
        : new MeshState(policy.Mesh, Plane.AnyEdge, _api.Address, Plane.Address, Plane.Gateways, policy.Hash, current.Resources, _options.Folder, IsReady);

    [LoggerMessage(Level = LogLevel.Error, Message = "the trust domain cannot change from {Live} to {Written} while the mesh runs; start it again")]
    private partial void TrustDomainChanged(string written, string live);

    [LoggerMessage(Level = LogLevel.Error, Message = "gateway {Node} {Faults}")]
    private partial void Nacked(string node, string faults);

    [LoggerMessage(Level = LogLevel.Warning, Message = "not every gateway has answered for policy {Policy} within {Seconds} s; see 'fnmesh nodes'")]
    private partial void Unanswered(string policy, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the edit takes access from {Who}: {Operation} {What} was permitted, and is now: {May}, {Limits} by {By}")]
    private partial void AccessLost(string who, string operation, string what, string may, string limits, string by);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the edit takes access {Count} times more; 'fnmesh access' shows who may what")]
    private partial void MoreAccessLost(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "who answers as the gateway is not taken for it: {Cause}")]
    private partial void GatewayRefused(string cause);
}
