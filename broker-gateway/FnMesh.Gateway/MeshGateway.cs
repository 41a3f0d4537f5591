using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using FnMesh.Gateway.Admin;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Listeners;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Replays;
using FnMesh.Gateway.Sessions;
using FnMesh.Gateway.Tokens;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.TakeOver;
using FnMesh.Gateway.Tracing;
using FnMesh.Gateway.Webhooks;
using FnMesh.Node.Admin;
using FnMesh.Node.Http;
using FnMesh.Node.Storage;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Gateway;

/// <summary>The data plane: listeners for callers from outside and one for members, one broker, and the pipeline that calls and events pass.</summary>
public sealed partial class MeshGateway : IAsyncDisposable
{
    private const string EdgeName = "edge", MeshName = "mesh", AdminName = "admin";

    private readonly Telemetry _telemetry;
    private readonly MovableBroker _broker;
    private readonly TableSwitch _table;
    private readonly SubscriptionRunners _runners;
    private readonly ReplayRunner _replays;
    private readonly LogKeeping _keeping;
    private readonly LivePolicy _policy;
    private readonly BrokerChoice _choice;
    private readonly HttpMessageInvoker _client;
    private readonly HealthChecks _checks;
    private readonly WebhookConsents _consents;
    private readonly KeyStore _keys;
    private readonly ServiceProvider _forwarding;
    private readonly EdgeServer _edge;
    private readonly GatewayListeners _listeners;
    private readonly MeshServer? _mesh;
    private readonly TimeProvider _time;
    private AdminListener? _admin;
    private TakeOverDoor? _door;
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _takenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stopped;
    private volatile bool _listens;

    [SuppressMessage("Reliability", "CA2000", Justification = "Everything is disposed of in DisposeAsync.")]
    private MeshGateway(GatewayOptions options, byte[] sessionKey, Telemetry telemetry, MovableBroker broker, LogKeeping keeping, Predecessor? predecessor, ILoggerFactory loggers, TimeProvider time)
    {
        (_telemetry, _broker, _keeping, _time) = (telemetry, broker, keeping, time);
        var randomness = new Randomness(options.Seed);
        var members = options.Credentials is { } credentials ? new MemberClients(credentials, options.MaxConnectionAge, time, loggers.CreateLogger<MemberClients>()) : null;
        _table = new TableSwitch(telemetry.Instruments, randomness, time, members, options.Zone, new SessionSeal(sessionKey), new WebhookOptions(options.Environment), new KeyAccess(loggers.CreateLogger<KeyAccess>(), time));
        _client = BackendClient.Create(time);
        _checks = new HealthChecks(_client, randomness, time);
        _consents = new WebhookConsents(() => _runners?.Wake(), loggers.CreateLogger<WebhookConsents>(), time);
        _table.Swapped = table =>
        {
            _checks.Follow(table.HealthTargets);
            _consents.Follow(table.Webhooks);
        };
        // What the forwarder logs of a failed attempt the outcome says too, once.
        _forwarding = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddLogging().AddHttpForwarder().BuildServiceProvider();

        var stages = StageOrder.Create(telemetry.Spans, telemetry.Instruments, randomness, loggers.CreateLogger("FnMesh.Gateway.Refusals"), time);
        _keys = new KeyStore(options.DataDirectory, time, isShared: predecessor is not null);
        var pipeline = new MeshPipeline(stages, loggers.CreateLogger<MeshPipeline>());
        var courier = new Courier(pipeline, () => _table.Current, _client, telemetry.Spans, randomness, time);
        _runners = new SubscriptionRunners(broker, courier.DeliverAsync, () => _table.Current, telemetry.Instruments, loggers, time, halted: predecessor is not null);
        _replays = new ReplayRunner(broker, () => _table.Current, loggers, time);
        _policy = new LivePolicy(_table, _runners);
        _choice = new BrokerChoice(options, broker, _runners, _replays, keeping, loggers, time);
        var server = new ServerLog(loggers, telemetry.Instruments);
        var ingress = new HttpIngress(
            pipeline, () => _table.Current, broker, _forwarding.GetRequiredService<IHttpForwarder>(), _client, telemetry.Spans, telemetry.Instruments, randomness, time, options.Cors, loggers, new KeyedCalls(_keys, loggers.CreateLogger<KeyedCalls>(), time), server, stopped: _cut.Token);
        _edge = new EdgeServer(options.Edge, ingress.HandleEdgeAsync, server, time, given: predecessor?.Take(EdgeName, options.Edge));
        _listeners = new GatewayListeners(port => new IPEndPoint(options.Edge.Address, port), ingress.HandleListenerAsync, () => _table.Current, options.PortOwner, server, time, (name, place) => predecessor?.Take(name, place));
        if (options.Mesh is { } mesh)
            _mesh = new MeshServer(mesh, options.Credentials ?? throw new ArgumentException("a mesh listener needs an identity", nameof(options)), options.MaxConnectionAge, ingress.HandleMeshAsync, MapAdmin, server, time, predecessor?.Take(MeshName, mesh));
        telemetry.Instruments.ObserveInFlight(() => ingress.InFlight);
        telemetry.Instruments.ObservePolicy(() => _table.Current?.Version);
        telemetry.Instruments.ObserveSubscriptions(() => _runners.States);
    }

    /// <summary>Where callers from outside connect.</summary>
    public Uri EdgeAddress => _edge.Address;

    /// <summary>Where members connect; null without a mesh listener.</summary>
    public Uri? MeshAddress => _mesh?.Address;

    /// <summary>What does not work of what the policy's listeners ask for, one sentence each that begins with GATEWAY/LISTENER; empty when all does.</summary>
    public IReadOnlyList<string> ListenerFaults => _listeners.Faults;

    /// <summary>Where metrics and health are served; null when they are not.</summary>
    public Uri? AdminAddress => _admin?.Address;

    /// <summary>Completes when another gateway has taken over: it serves, and this one accepts no connection any more.</summary>
    public Task TakenOver => _takenOver.Task;

    /// <summary>Opens the broker and listens; until the first policy has come every request is answered NotReady.</summary>
    /// <param name="options">Where to listen and keep data.</param>
    /// <param name="loggers">For refusals and failures.</param>
    /// <param name="time">The clock of everything.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <param name="beforeListening">What to do with the gateway before it opens its listeners, such as to serve what is known already.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="GatewayStartException">The data directory cannot be used, or the gateway that runs on it is not to be taken over from.</exception>
    public static async Task<MeshGateway> StartAsync(GatewayOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel, Func<MeshGateway, Task>? beforeListening = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var environment = new ConfigurationBuilder().AddInMemoryCollection(options.Environment).Build();
        using var predecessor = options.TakesOver ? await Predecessor.FindAsync(options.DataDirectory, options.Name, time, cancel) : null;
        var log = loggers.CreateLogger<MeshGateway>();
        if (options.TakesOver && predecessor is null) LogNobody(log, options.DataDirectory);
        // What can be made ready is made ready while the old one keeps the log: publications and deliveries wait for what comes afterwards.
        var keeping = new LogKeeping();
        var broker = new MovableBroker(predecessor is null ? await OpenFreeAsync() : null, options.DataDirectory, time);
        byte[] sessionKey;
        Telemetry telemetry;
        try
        {
            sessionKey = SessionKeyFile.Read(options.DataDirectory);
            telemetry = await Telemetry.StartAsync(new SpanStoreOptions { DataDirectory = options.DataDirectory }, environment, loggers, time);
        }
        catch (Exception failure)
        {
            await broker.DisposeAsync();
            if (failure is not (IOException or UnauthorizedAccessException or SqliteException)) throw;
            throw new GatewayStartException($"{SpanTable.PathIn(options.DataDirectory)}: traces cannot be kept there ({failure.Message}); check that it is a file and its folder writable, or choose another data directory.", failure);
        }

        SharedListener? adminSocket = null;
        var gateway = new MeshGateway(options, sessionKey, telemetry, broker, keeping, predecessor, loggers, time);
        try
        {
            if (beforeListening is not null) await beforeListening(gateway);
            if (predecessor is not null) await gateway.TakeLogAsync(predecessor, options.DataDirectory, OpenFreeAsync, cancel);
            if (options.Admin is { } admin) gateway._admin = await AdminListener.StartAsync(admin, new AdminOptions { Metrics = telemetry.Text.Render, Unready = gateway.Unready }, loggers, cancel, adminSocket = new SharedListener(loggers, predecessor?.Take(AdminName, admin), time: time));
            await gateway._edge.StartAsync(cancel);
            if (gateway._mesh is { } mesh) await mesh.StartAsync(cancel);
            // Last: what policy asks for must not take a port that the process was started with.
            await gateway._listeners.StartAsync(cancel);
            gateway._listens = true;
            gateway._replays.Begin();
            if (options.OffersTakeOver) gateway.OfferTakeOver(options, adminSocket, gateway._choice.OpenAsync, loggers);
            if (predecessor is not null) await predecessor.ServeAsync(cancel);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }

        async Task<IBroker> OpenFreeAsync()
        {
            try
            {
                return await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = options.DataDirectory, Retention = () => keeping.Bounds }, loggers, time, cancel);
            }
            catch (BrokerException refused)
            {
                throw new GatewayStartException(refused.Message, refused);
            }
        }
    }

    /// <summary>Removes the event log, with what was delivered of it, the traces and the idempotency keys from a data directory that no gateway uses.</summary>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be removed.</exception>
    public static void Forget(string dataDirectory)
    {
        PrivateFile.Remove(LogFile.PathIn(dataDirectory));
        PrivateFile.Remove(SpanTable.PathIn(dataDirectory));
        PrivateFile.Remove(KeyTables.PathIn(dataDirectory));
    }

    /// <summary>Makes a policy live: completes when calls are decided by it, all its subscriptions are registered and its listeners are open, or were tried. The latest call wins.</summary>
    /// <exception cref="GatewayStartException">The policy's broker cannot be opened or could not register a subscription; the policy before stays live.</exception>
    public async ValueTask ApplyAsync(PolicySnapshot policy, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(policy);
        try
        {
            await _choice.FollowAsync(policy, () => _policy.ApplyAsync(policy, cancel), () => _policy.ApplyAgainAsync(CancellationToken.None), cancel);
            _keeping.Follow(policy);
            if (_listens) _replays.Begin();
            await _listeners.FollowAsync(cancel);
        }
        catch (BrokerException failed)
        {
            throw new GatewayStartException($"subscriptions could not be registered: {failed.Message}", failed);
        }
    }

    /// <summary>Makes a set of endpoints live, at once.</summary>
    public void Apply(EndpointSnapshot endpoints) => _policy.Apply(endpoints);

    /// <summary>Maps what people and their tools ask: events, deliveries, dead letters, traces and metrics.</summary>
    public void MapAdmin(IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        EventEndpoints.Map(routes, _broker);
        DeadLetterEndpoints.Map(routes, _broker);
        DeliveryEndpoints.Map(routes, () => _runners.States);
        new LetterEndpoints(_broker, () => _table.Current).Map(routes);
        new ReplayEndpoints(_broker, _replays, () => _table.Current, _time).Map(routes);
        new ExplainEndpoints(() => _table.Current, () => _table.Policy?.TrustDomain).Map(routes);
        TraceEndpoints.Map(routes, _telemetry.Store, _time);
        MetricsEndpoint.Map(routes, _telemetry.Text);
    }

    /// <summary>
    /// After <see cref="TakenOver"/>: completes when no connection is open any more, or at <paramref name="cancel"/>. Each ends after its next request; one that brings none ends when it has been idle for too long, as always.
    /// </summary>
    public Task DrainAsync(CancellationToken cancel) =>
        Task.WhenAll(_edge.Socket.LeaveAsync(), _mesh?.Socket.LeaveAsync() ?? Task.CompletedTask, _listeners.DrainAsync()).WaitAsync(cancel);

    /// <summary>Takes nothing new and lets what is in flight end, until <paramref name="cancel"/>; what is not settled then is delivered after the next start.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return;
        // What ends now was ended by the gateway, and must be able to say so before the listeners let go of it.
        await using var late = cancel.UnsafeRegister(static cut => ((CancellationTokenSource)cut!).Cancel(), _cut);
        cancel = _cut.Token;
        // What is in flight may call others: the way for that closes last.
        var ending = Task.WhenAll(_edge.StopAsync(cancel), _listeners.StopAsync(cancel), _runners.StopAsync(cancel));
        await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_mesh is not null) await _mesh.StopAsync(cancel);
        await ending;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        if (_door is not null) await _door.DisposeAsync();
        if (_admin is not null) await _admin.DisposeAsync();
        _edge.Dispose();
        await _listeners.DisposeAsync();
        if (_mesh is not null) await _mesh.DisposeAsync();
        await _replays.DisposeAsync();
        await _policy.DisposeAsync();
        _choice.Dispose();
        await _checks.DisposeAsync();
        await _consents.DisposeAsync();
        await _keys.DisposeAsync();
        await _broker.DisposeAsync();
        await _forwarding.DisposeAsync();
        _client.Dispose();
        _cut.Dispose();
        await _telemetry.DisposeAsync();
    }

    private async Task TakeLogAsync(Predecessor predecessor, string directory, Func<Task<IBroker>> open, CancellationToken cancel)
    {
        if (_table.Policy is not { } policy) throw new GatewayStartException($"the gateway on '{directory}' is not taken over: it has kept no policy that this one could serve at once; it goes on");
        await predecessor.ReleaseAsync(cancel);
        _broker.TakeBack(await open());
        _runners.Resume();
        await ApplyAsync(policy, cancel);
    }

    private void OfferTakeOver(GatewayOptions options, SharedListener? admin, Func<CancellationToken, Task<IBroker>> reopen, ILoggerFactory loggers)
    {
        if (!SocketRights.IsSupported) return;
        var log = loggers.CreateLogger<TakeOverDoor>();
        (string Name, SharedListener? Listener)[] listeners = [(EdgeName, _edge.Socket), (MeshName, _mesh?.Socket), (AdminName, admin)];
        var handOver = new HandOver(Sockets, _broker, _runners, _policy, reopen, LeaveAsync, log, _time);
        try
        {
            _door = TakeOverDoor.Open(options.DataDirectory, handOver, _broker, log, _time);
        }
        catch (IOException failure)
        {
            LogNotOffered(log, failure.Message);
        }

        IReadOnlyList<(string, Socket)> Sockets() =>
        [
            .. from one in listeners where one.Listener is not null select (one.Name, one.Listener.Socket!),
            .. from one in _listeners.Sockets.Take(SocketRights.MaxSockets - listeners.Length) select (one.Name, one.Listener.Socket!),
        ];

        async Task LeaveAsync(string successor)
        {
            foreach (var (_, listener) in listeners) _ = listener?.LeaveAsync();
            await _listeners.LeaveAsync();
            await options.Left(successor);
            _takenOver.TrySetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "no gateway can take over from this one: {Reason}")]
    private static partial void LogNotOffered(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "no gateway runs on '{Directory}' that could be taken over; this one starts by itself")]
    private static partial void LogNobody(ILogger logger, string directory);

    /// <summary>Why nobody should be sent here; null when the listeners are open and a policy is served.</summary>
    internal string? Unready() =>
        Volatile.Read(ref _stopped) != 0 ? "the gateway is ending"
        : !_listens ? "the gateway does not listen yet"
        : _table.Current is null ? "the gateway has no policy yet" : null;
}
