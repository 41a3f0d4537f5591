using System.Net;
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

    public EdgeServer(IPEndPoint edge, Func<HttpContext, Task> handle, ILoggerFactory loggers, TimeProvider time)
    {
        _handle = handle;
        var options = new KestrelServerOptions();
        ServerLimits.Apply(options);

        var prior = new PriorKnowledgeTransport(loggers, time, InlineSockets.Apply);
        _listener = prior.Listen(options, edge);
        _server = new KestrelServer(Options.Create(options), prior, loggers);
    }

    /// <summary>Where it listens, once it has started.</summary>
    public Uri Address => new($"http://{_listener.IPEndPoint}");

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
