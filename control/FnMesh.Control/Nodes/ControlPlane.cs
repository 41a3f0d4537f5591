using System.Collections.Immutable;
using FnMesh.Control.Http;
using FnMesh.Control.Identity;
using FnMesh.Node;
using FnMesh.Node.Http;
using FnMesh.Node.Identity;
using FnMesh.Node.Joining;
using FnMesh.Node.Storage;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Nodes;

/// <summary>The node port: identities for those who join, and one stream to each node, on which policy and endpoints are pushed and nodes say what they offer.</summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private const int MaxMessageBytes = 2 << 20;

    /// <summary>A token of at most 8 KiB and a signing request of some hundred bytes.</summary>
    private const int MaxStrangerBytes = 64 << 10;

    private static readonly TimeSpan StrangerTimeout = TimeSpan.FromSeconds(10);

    private readonly ControlPlaneOptions _options;
    private readonly EmbeddedAuthority _authority;
    private readonly JoinTokens _tokens;
    private readonly NodeTable _table;
    private readonly NodeTableStore _store;
    private readonly SvidLife _life;
    private readonly WebApplication _app;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Rotation _rotation;
    private FileStream? _held;
    private Task _keeping = Task.CompletedTask;
    private int _disposed;

    private ControlPlane(
        ControlPlaneOptions options, EmbeddedAuthority authority, JoinTokens tokens, ControlCredentials identity, NodeCredentials credentials, NodeTable table, NodeTableStore store, SvidLife life, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _authority, _tokens, Credentials, _table, _store, _life, _time) = (options, authority, tokens, credentials, table, store, life, time);
        _log = loggers.CreateLogger<ControlPlane>();
        _table.DeclarationsChanged += () => DeclarationsChanged?.Invoke();
        _table.Places.Changed += (app, revision, taken) => PlaceTaken?.Invoke(app, revision, taken);
        _rotation = new Rotation(authority, identity, credentials, table, time);
        _table.TellToRenew(authority.Signing.Subject);
        _table.Tell(authority.Bundle.ToWords());
        _authority.Changed += bundle =>
        {
            Credentials.Update(bundle: bundle);
            // Tokens name it before anybody meets its signature.
            AuthoritiesChanged?.Invoke();
            _table.Tell(bundle.ToWords());
        };
        _app = Listener(loggers);
    }

    /// <summary>Raised when functions declare something new in code; a handler must neither block nor call back.</summary>
    public event Action? DeclarationsChanged;

    /// <summary>Raised when a process that was started by hand takes the place of a revision (true), and when the last one of it no longer does; a handler must neither block nor call back.</summary>
    public event Action<string, string, bool>? PlaceTaken;

    /// <summary>Raised when members come to trust another authority, or one less; a handler must be quick.</summary>
    public event Action? AuthoritiesChanged;

    /// <summary>Where nodes connect.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Where the authority, the tokens and the nodes are kept.</summary>
    public string Directory => _options.Directory;

    /// <summary>Who control is.</summary>
    public NodeCredentials Credentials { get; }

    /// <summary>What functions declare in code.</summary>
    public ImmutableArray<NodeDeclaration> Declarations => _table.Declarations;

    /// <summary>Every node that is connected or whose lease has not ended.</summary>
    public ImmutableArray<NodeView> Nodes => _table.Nodes;

    /// <summary>The endpoints of now.</summary>
    public EndpointSnapshot Endpoints => _table.Endpoints;

    /// <summary>The mesh listener of a gateway that is connected; null for none.</summary>
    public Uri? AnyGateway => Gateways.FirstOrDefault();

    /// <summary>The mesh listeners of all gateways that are connected.</summary>
    public ImmutableArray<Uri> Gateways => _table.ConnectedGateways;

    /// <summary>The edge of a gateway that is connected; null for none.</summary>
    public Uri? AnyEdge => _table.AnyEdge;

    /// <summary>Completes when the node port listens.</summary>
    /// <param name="options">Start-up values.</param>
    /// <param name="loggers">For refusals and failures.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The port is taken, or the directory cannot be used.</exception>
    /// <exception cref="InvalidDataException">What the directory holds cannot be read, or is another mesh's.</exception>
    public static async Task<ControlPlane> StartAsync(ControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var folder = PrivateFolder.Open(options.Directory, EmbeddedAuthority.FileName);
        var held = Hold(options.Directory);
        try
        {
            var plane = await OpenAsync(options, folder, loggers, time, cancel);
            plane._held = held;
            return plane;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Two that write one registry would forget each other's tokens and nodes.</summary>
    private static FileStream Hold(string directory)
    {
        var path = Path.Combine(directory, "control.lock");
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException failure) when (failure is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new IOException($"{path}: held by another control, or not writable ({failure.Message}); stop the other one or choose another data directory", failure);
        }
    }

    private static async Task<ControlPlane> OpenAsync(ControlPlaneOptions options, PrivateFolder folder, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        var closed = folder.Close(EmbeddedAuthority.FileName, JoinTokens.FileName, NodeTableStore.FileName);
        var authority = EmbeddedAuthority.Open(folder, options.TrustDomain, time);
        var life = new SvidLife();
        var identity = new ControlCredentials(authority, options.TrustDomain, life, time);
        var table = new NodeTable(options.Lease, life, time);
        var log = loggers.CreateLogger<ControlPlane>();
        if (closed is [var open, ..]) ControlPlaneLog.WasOpen(log, open, options.Directory);
        var store = new NodeTableStore(folder, (path, fault) => ControlPlaneLog.Damaged(log, path, fault));
        if (options.RetainsNodes) table.Restore(store.Read());
        var tokens = JoinTokens.Open(folder, time);
        if (!options.RetainsNodes) tokens.RevokeAll();
        var plane = new ControlPlane(options, authority, tokens, identity, await identity.CreateAsync(cancel), table, store, life, loggers, time);
        try
        {
            await plane._app.StartAsync(cancel);
            plane._keeping = Task.WhenAll(
                new OwnRenewal(plane.Credentials, life, plane._rotation.RenewOwnAsync, plane._log, time).RunAsync(plane._stop.Token),
                new LeaseSweep(table, options.Lease, plane.StoreIfDirty, plane._log, time).RunAsync(plane._stop.Token));
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>What nodes were told last; null before the first.</summary>
    public PolicySnapshot? Policy => _table.Policy;

    /// <inheritdoc cref="NodeTable.Publish"/>
    public void Publish(PolicySnapshot policy, ImmutableArray<NodeDeclaration> considered, ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> refusals) =>
        _table.Publish(policy, considered, refusals);

    /// <summary>Completes when a gateway is connected and every one that is has answered for the policy and serves the endpoints of now.</summary>
    public Task WhenServedAsync(CancellationToken cancel) => _table.WhenAsync(static table => table.IsServed, cancel);

    /// <summary>Completes when, beside that, every revision of the policy has at least as many endpoints as replicas.</summary>
    /// <param name="except">Revisions that are known not to start.</param>
    /// <param name="cancel">Gives up.</param>
    public Task WhenReadyAsync(Func<string, string, bool> except, CancellationToken cancel) => _table.WhenAsync(table => table.IsServed && Lacking(table, except).Count == 0, cancel);

    /// <summary>Completes when a node's stream stands.</summary>
    public Task WhenConnectedAsync(string node, CancellationToken cancel) => _table.WhenAsync(table => table.IsConnected(node), cancel);

    /// <summary>Completes with why what a node announced is refused; empty when it stands.</summary>
    public async Task<ImmutableArray<string>> WhenJudgedAsync(string node, CancellationToken cancel)
    {
        await _table.WhenAsync(table => table.IsConnected(node) && table.All(entry => entry.Name != node || entry.Stands is not null), cancel);
        return Nodes.FirstOrDefault(view => view.Name == node)?.Faults ?? [];
    }

    /// <inheritdoc cref="NodeTable.WithdrawAsync"/>
    public Task WithdrawAsync(string node, CancellationToken cancel) => _table.WithdrawAsync(node, cancel);

    /// <summary>Completes when no stream of a node stands.</summary>
    public Task WhenDisconnectedAsync(string node, CancellationToken cancel) => _table.WhenAsync(table => !table.IsConnected(node), cancel);

    /// <summary>The revisions that have fewer endpoints than replicas, as <c>app/revision</c>.</summary>
    public IReadOnlyList<string> Lacking() => Lacking(_table, static (_, _) => false);

    /// <summary>A token that lets processes join as <paramref name="id"/>; good when this returns.</summary>
    /// <exception cref="InvalidOperationException">There are too many tokens.</exception>
    public JoinToken IssueToken(SpiffeId id, TimeSpan life) => _tokens.Issue(id, _authority.Bundle.Authorities, life);

    /// <inheritdoc cref="JoinTokens.Revoke"/>
    public void RevokeToken(string id) => _tokens.Revoke(id);

    /// <summary>A token that was issued before, with the authorities of now.</summary>
    public JoinToken Refresh(JoinToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.For(_authority.Bundle.Authorities);
    }

    /// <summary>What members trust now and who signs.</summary>
    public AuthorityView Authority => new(_options.TrustDomain, _authority.Bundle, _authority.Signing, Credentials.Svid.NotAfter);

    /// <inheritdoc cref="Rotation.RenewAsync"/>
    public Task<RotationOutcome> RotateSvidsAsync(TimeSpan stepTimeout, CancellationToken cancel) => _rotation.RenewAsync(stepTimeout, cancel);

    /// <inheritdoc cref="Rotation.ReplaceAuthorityAsync"/>
    public Task<RotationOutcome> RotateAuthorityAsync(TimeSpan stepTimeout, CancellationToken cancel) => _rotation.ReplaceAuthorityAsync(stepTimeout, cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync();
        _table.Close();
        await _app.DisposeAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_options.RetainsNodes) Store();
        _rotation.Dispose();
        _stop.Dispose();
        if (_held is not null) await _held.DisposeAsync();
    }

    private static IReadOnlyList<string> Lacking(NodeTable table, Func<string, string, bool> except)
    {
        if (table.Policy is not { } policy) return ["the policy"];
        return
        [
            .. from app in policy.Apps
               from revision in app.Revisions
               where revision.Run.Url is null && !except(app.Name, revision.Name)
               let there = table.Endpoints.Revisions.FirstOrDefault(entry => entry.App == app.Name && entry.Revision == revision.Name)?.Endpoints.Length ?? 0
               where there < revision.Replicas
               select $"{app.Name}/{revision.Name}",
        ];
    }

    private WebApplication Listener(ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 16;
            kestrel.Limits.MaxConcurrentConnections = 2 * NodeRegister.MaxNodes;
            kestrel.Listen(_options.Listen, listen => listen.UseMesh(Credentials, static _ => true, cause => ControlPlaneLog.PeerRefused(_log, cause), _time, _options.MaxConnectionAge, strangers: true));
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var words = new BoundedWords(_time);
        builder.Services.AddSingleton<ILoggerFactory>(new NodePortLoggers(loggers, words)).AddSingleton(words);
        builder.Services.AddSingleton<IHostLifetime, SignalsElsewhere>();
        builder.Services.AddSingleton<ICertificateAuthority>(_authority);
        builder.Services.AddSingleton(_tokens).AddSingleton(_table).AddSingleton(_options).AddSingleton(_life).AddSingleton(_time).AddSingleton<NodePort>();
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxMessageBytes);
        var app = builder.Build();
        app.Use((context, next) => PeerConnection.PeerOf(context) is null ? HastenAsync(context, next) : next(context));
        app.UseRoutingProblems("gRPC over HTTP/2");
        app.UseRouting();
        app.MapGrpcService<NodePort>();
        return app;
    }

    /// <summary>Who is not known yet says one short word, and soon: nobody fills control's memory or its connections before a token was shown.</summary>
    private async Task HastenAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MaxStrangerBytes;
        await using var late = _time.CreateTimer(static state => ((HttpContext)state!).Abort(), context, StrangerTimeout, Timeout.InfiniteTimeSpan);
        await next(context);
    }

    private void StoreIfDirty()
    {
        if (_options.RetainsNodes && _table.IsDirty) Store();
    }

    private void Store()
    {
        try
        {
            _store.Write(_table.Store());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            ControlPlaneLog.NotStored(_log, failure.Message);
        }
    }
}
