using System.Net;
using System.Net.Sockets;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FnMesh.Gateway.Ingress;

/// <summary>Kestrel by itself, without a host around it: HTTP/1.1 and HTTP/2 with prior knowledge on one clear-text port.</summary>
internal sealed class EdgeServer : IHttpApplication<HttpContext>, IDisposable
{
    private readonly KestrelServer _server;
    private readonly ListenOptions _listener;
    private readonly Func<HttpContext, Task> _handle;

    /// <param name="edge">Where.</param>
    /// <param name="handle">Takes every request.</param>
    /// <param name="loggers">For the server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="given">A socket that listens there already.</param>
    public EdgeServer(IPEndPoint edge, Func<HttpContext, Task> handle, ILoggerFactory loggers, TimeProvider time, Socket? given = null)
    {
        _handle = handle;
        Socket = new SharedListener(loggers, given, InlineSockets.Apply);
        var options = new KestrelServerOptions();
        ServerLimits.Apply(options);

        var prior = new PriorKnowledgeTransport(Socket, time);
        _listener = prior.Listen(options, edge);
        _server = new KestrelServer(Options.Create(options), prior, loggers);
    }

    public SharedListener Socket { get; }

    /// <summary>Where it listens, once it has started.</summary>
    public Uri Address => new($"http://{_listener.IPEndPoint}");

    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(this, cancel);

    /// <summary>Takes no new request and lets those in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => _server.StopAsync(cancel);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        Socket.Pass(context.Features);
        return _handle(context);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public void Dispose()
    {
        _server.Dispose();
        Socket.Dispose();
    }
}
