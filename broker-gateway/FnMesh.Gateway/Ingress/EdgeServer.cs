using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FnMesh.Gateway.Ingress;

/// <summary>Kestrel by itself, without a host around it: HTTP/1.1 and HTTP/2 with prior knowledge on one clear-text port.</summary>
internal sealed class EdgeServer : IHttpApplication<HttpContext>, IDisposable
{
    // A line that a bare LF ends is one line to some parsers and two to others.
    private const string OnlyCarriageReturnLineFeed = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    private readonly KestrelServer _server;
    private readonly Func<HttpContext, Task> _handle;

    public EdgeServer(IPEndPoint edge, Func<HttpContext, Task> handle, ILoggerFactory loggers, TimeProvider time)
    {
        _handle = handle;
        AppContext.SetSwitch(OnlyCarriageReturnLineFeed, true);
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false, ResponseHeaderEncodingSelector = static _ => Encoding.UTF8 };
        options.RequestHeaderEncodingSelector = static name => name == HeaderNames.ContentLength ? LengthEncoding.Instance : null;
        options.Limits.MaxConcurrentConnections = 20_000;
        options.Limits.MaxConcurrentUpgradedConnections = 5_000;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.MaxRequestHeaderCount = 128;

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
