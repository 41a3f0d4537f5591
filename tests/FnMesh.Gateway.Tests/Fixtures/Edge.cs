using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Listeners;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Sessions;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Identity;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>The real edge with the real pipeline, for calls; policy is YAML, functions are the test's.</summary>
internal sealed class Edge : IAsyncDisposable
{
    private readonly ServiceProvider _forwarding = new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider();
    private readonly HttpMessageInvoker _client = BackendClient.Create(TimeProvider.System);
    private readonly ActivitySource _source = new("FnMesh.Gateway.Tests.Edge");
    private readonly Meter _meter = new("FnMesh.Gateway.Tests.Edge");
    private readonly SemaphoreSlim _ended = new(0);
    private readonly MetricsText _metrics;
    private readonly TableSwitch _table;
    private readonly EdgeServer _server;
    private readonly SpiffeId? _caller;
    private readonly GatewayListeners _listeners;

    private Edge(TimeProvider time, EdgeCors? cors, IPAddress listen, IStage? last, KeyStore? keys, SpiffeId? caller, Func<int, IPEndPoint>? place, ILoggerFactory? log, int upgraded)
    {
        var instruments = new Instruments(_meter);
        _metrics = new MetricsText(_meter, instruments, NullLogger.Instance);
        var randomness = new Randomness(7);
        var spans = new Spans(_source, time);
        _table = new TableSwitch(instruments, randomness, time, seal: new SessionSeal(new byte[SessionSeal.KeyLength]));
        var pipeline = new MeshPipeline([.. StageOrder.Create(spans, instruments, randomness, NullLogger.Instance, time), .. last is null ? (IStage[])[] : [last]], NullLogger<MeshPipeline>.Instance);
        var server = new ServerLog(log ?? NullLoggerFactory.Instance, instruments);
        var ingress = new HttpIngress(
            pipeline, () => _table.Current, null!, _forwarding.GetRequiredService<IHttpForwarder>(), _client, spans, instruments, randomness, time, cors,
            keys: keys is null ? null : new KeyedCalls(keys, NullLogger.Instance, time), server: server, mostUpgraded: upgraded);
        _caller = caller;
        _server = new EdgeServer(new IPEndPoint(listen, 0), context => HandleAsync(ingress, context), server, time);
        _listeners = new GatewayListeners(
            place ?? (static _ => new IPEndPoint(IPAddress.Loopback, 0)), ingress.HandleListenerAsync, () => _table.Current, static port => $"whoever has {port}", server, time);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    }

    public HttpClient Client { get; }

    /// <summary>What is measured, in Prometheus' text format.</summary>
    public string Metrics => _metrics.Render();

    public Uri Address => _server.Address;

    /// <summary>Where its spans come from, and nobody else's.</summary>
    public ActivitySource Source => _source;

    /// <summary>What does not work of what the policy's listeners ask for.</summary>
    public IReadOnlyList<string> Faults => _listeners.Faults;

    /// <param name="policy">YAML, or nothing to have no policy at all.</param>
    /// <param name="time">The clock; the system's unless said otherwise.</param>
    /// <param name="cors">Which pages may call; functions decide unless said otherwise.</param>
    /// <param name="last">A stage behind all others; none unless said otherwise.</param>
    /// <param name="listen">The address; 127.0.0.1 unless said otherwise.</param>
    /// <param name="keys">Where idempotency keys are kept; nowhere unless said otherwise.</param>
    /// <param name="caller">The member that every caller has proved to be; callers are from outside unless said otherwise.</param>
    /// <param name="place">Where the ports of the policy's listeners are; at free ones unless said otherwise.</param>
    /// <param name="log">What listeners and the server say.</param>
    /// <param name="upgraded">How many connections may be upgraded; of callers from outside three quarters.</param>
    public static async Task<Edge> StartAsync(
        string? policy, TimeProvider? time = null, EdgeCors? cors = null, IPAddress? listen = null, IStage? last = null, KeyStore? keys = null, SpiffeId? caller = null,
        Func<int, IPEndPoint>? place = null, ILoggerFactory? log = null, int upgraded = ServerLimits.Upgraded)
    {
        var edge = new Edge(time ?? TimeProvider.System, cors, listen ?? IPAddress.Loopback, last, keys, caller, place, log, upgraded);
        await edge._server.StartAsync(TestContext.Current.CancellationToken);
        edge.Client.BaseAddress = edge.Address;
        if (policy is not null) edge.Apply(policy);
        await edge._listeners.StartAsync(TestContext.Current.CancellationToken);
        return edge;
    }

    /// <summary>Where a port of the policy's listeners is served; null where it is not.</summary>
    public Uri? AddressOf(int port) => _listeners.AddressOf(port);

    /// <summary>Makes a policy live, with its listeners.</summary>
    public Task FollowAsync(string policy)
    {
        Apply(policy);
        return FollowAsync();
    }

    /// <summary>Leaves the ports of the policy's listeners to another process; the task that it returns in the end completes when no connection to one is open.</summary>
    public async Task<Task> LeavePortsAsync()
    {
        await _listeners.LeaveAsync();
        return _listeners.DrainAsync();
    }

    /// <summary>Reads certificates again, and opens what is not open.</summary>
    public Task FollowAsync() => _listeners.FollowAsync(TestContext.Current.CancellationToken);

    /// <summary>Makes a policy live, with every <c>run: url</c> revision ready.</summary>
    public void Apply(string policy)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", policy)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        Apply(compiled.Snapshot);
    }

    /// <inheritdoc cref="Apply(string)"/>
    public void Apply(PolicySnapshot policy)
    {
        _table.Apply(new EndpointSnapshot([.. policy.Apps.SelectMany(app => app.Revisions
            .Where(revision => revision.Run.Url is not null)
            .Select(revision => new RevisionEndpoints(app.Name, revision.Name, true, [new Uri(revision.Run.Url!)])))]));
        _table.Swap(_table.Bind(policy));
    }

    /// <summary>Makes endpoints live.</summary>
    public void Apply(EndpointSnapshot endpoints) => _table.Apply(endpoints);

    /// <summary>Completes once for each call that the gateway is done with: its caller may have the whole answer before that.</summary>
    public Task EndedAsync() => _ended.WaitAsync(TestContext.Current.CancellationToken);

    private async Task HandleAsync(HttpIngress ingress, HttpContext context)
    {
        try
        {
            await (_caller is { } member ? ingress.HandleMeshAsync(context, member) : ingress.HandleEdgeAsync(context));
        }
        finally
        {
            _ended.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _listeners.DisposeAsync();
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
        _client.Dispose();
        await _forwarding.DisposeAsync();
        _ended.Dispose();
        _source.Dispose();
        _metrics.Dispose();
        _meter.Dispose();
    }
}
