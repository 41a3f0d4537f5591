using System.Net;
using System.Net.Sockets;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Http;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Ingress;

/// <summary>The listener for members: mutual TLS, HTTP/1.1 and HTTP/2, every caller known by its SVID. What names the gateway itself as host is answered here.</summary>
internal sealed partial class MeshServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly WebApplication _parts;
    private readonly IServer _server;
    private readonly Func<HttpContext, SpiffeId, Task> _handle;
    private readonly RequestDelegate _admin;
    private readonly ILogger _log;

    /// <param name="listen">Where.</param>
    /// <param name="credentials">Who the gateway is.</param>
    /// <param name="maxAge">How long a connection may last.</param>
    /// <param name="handle">Takes every other request.</param>
    /// <param name="admin">Maps what the gateway tells of itself to control and to people.</param>
    /// <param name="loggers">For refusals.</param>
    /// <param name="time">The clock.</param>
    /// <param name="given">A socket that listens there already.</param>
    public MeshServer(
        IPEndPoint listen, NodeCredentials credentials, TimeSpan maxAge, Func<HttpContext, SpiffeId, Task> handle, Action<IEndpointRouteBuilder> admin, ILoggerFactory loggers, TimeProvider time,
        Socket? given = null)
    {
        Socket = new SharedListener(loggers, given, InlineSockets.Apply, time);
        (_handle, _log) = (handle, loggers.CreateLogger<MeshServer>());
        // Only its parts are used: the server takes requests without a host's pipeline around them.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            ServerLimits.Apply(kestrel);
            kestrel.Listen(listen, endpoint => endpoint.UseMesh(credentials, static _ => true, PeerRefused, time, maxAge));
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(Socket);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        _parts = builder.Build();
        _parts.UseRoutingProblems();
        _parts.UseRouting();
        admin(_parts);
        _parts.UseEndpoints(static _ => { });
        _admin = ((IApplicationBuilder)_parts).Build();
        _server = _parts.Services.GetRequiredService<IServer>();
    }

    public SharedListener Socket { get; }

    /// <summary>Where it listens, once it has started.</summary>
    public Uri Address => new(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(this, cancel);

    /// <summary>Takes no new request and lets those in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => _server.StopAsync(cancel);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        Socket.Pass(context.Features);
        // The listener takes nobody without an identity.
        if (PeerConnection.PeerOf(context) is not { } caller) throw new InvalidOperationException("a request of nobody came through the mesh listener");
        if (!context.Request.Host.Host.Equals(MeshName.Gateway, StringComparison.OrdinalIgnoreCase)) return _handle(context, caller);
        return caller.IsControl || caller.IsUser ? AskAsync(context) : RefuseAsync(context, caller);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync();
        Socket.Dispose();
    }

    private async Task AskAsync(HttpContext context)
    {
        // What people ask may take its time, and other connections wait for this thread.
        await Task.Yield();
        await using var scope = _parts.Services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        await _admin(context);
    }

    private static Task RefuseAsync(HttpContext context, SpiffeId caller)
    {
        var denied = new Outcome(Verdict.Denied, $"{caller} may not ask the gateway of itself; control and people may");
        if (!GrpcCall.Is(context.Request)) return ProblemJson.WriteAsync(context.Response, VerdictStatus.Of(denied.Verdict), Problem.Title(denied.Verdict), denied.Reason!, VerdictName.Of(denied.Verdict));
        GrpcProblem.Write(context.Response, denied);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused a connection to the mesh listener: {Cause}")]
    private partial void PeerRefused(string cause);
}
