using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FnMesh.Gateway.Ingress;

/// <summary>Kestrel by itself, without a host around it: HTTP/1.1 and HTTP/2 with prior knowledge on one clear-text port.</summary>
internal sealed class EdgeServer : IHttpApplication<HttpContext>, IDisposable
{
    private readonly KestrelServer _server;
    private readonly Func<HttpContext, Task> _handle;

    public EdgeServer(IPEndPoint edge, Func<HttpContext, Task> handle, ILoggerFactory loggers, TimeProvider time)
    {
        _handle = handle;
        var options = new KestrelServerOptions();
        ServerLimits.Apply(options);

        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        var prior = new PriorKnowledgeTransport(sockets, time);
        options.Listen(edge, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => prior.RouteAsync(connection, next));
            Listener = listen;
        });
        options.Listen(PriorKnowledgeTransport.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        _server = new KestrelServer(Options.Create(options), prior, loggers);
    }

    private ListenOptions Listener { get; set; } = null!;

    /// <summary>Where it listens, once it has started.</summary>
    public Uri Address => new($"http://{Listener.IPEndPoint}");

    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(this, cancel);

    /// <summary>Takes no new request and lets those in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => _server.StopAsync(cancel);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _handle(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public void Dispose() => _server.Dispose();
}
