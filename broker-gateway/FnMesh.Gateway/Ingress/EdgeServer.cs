using System.Net;
using System.Net.Sockets;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FnMesh.Gateway.Ingress;

/// <summary>Kestrel by itself, without a host around it: HTTP/1.1 and HTTP/2 on one port, in clear text with prior knowledge or over TLS by ALPN.</summary>
internal sealed class EdgeServer : IHttpApplication<HttpContext>, IDisposable
{
    private readonly IServer _server;
    private readonly IDisposable? _parts;
    private readonly ListenOptions _listener;
    private readonly Func<HttpContext, Task> _handle;
    private readonly string _scheme;

    /// <param name="edge">Where.</param>
    /// <param name="handle">Takes every request.</param>
    /// <param name="loggers">For the server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tls">What handshakes go by; null for clear text.</param>
    /// <param name="given">A socket that listens there already.</param>
    public EdgeServer(IPEndPoint edge, Func<HttpContext, Task> handle, ILoggerFactory loggers, TimeProvider time, TlsHandshakeCallbackOptions? tls = null, Socket? given = null)
    {
        (_handle, _scheme) = (handle, tls is null ? "http" : "https");
        Socket = new SharedListener(loggers, given, InlineSockets.Apply, time);
        (_server, _listener, _parts) = tls is null ? Clear(edge, Socket, loggers, time) : Secure(edge, Socket, loggers, tls);
    }

    public SharedListener Socket { get; }

    /// <summary>Where it listens, once it has started.</summary>
    public Uri Address => new($"{_scheme}://{_listener.IPEndPoint}");

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
        _parts?.Dispose();
    }

    private static (IServer, ListenOptions, IDisposable?) Clear(IPEndPoint edge, SharedListener socket, ILoggerFactory loggers, TimeProvider time)
    {
        var options = new KestrelServerOptions();
        ServerLimits.Apply(options);
        var prior = new PriorKnowledgeTransport(socket, time);
        var listener = prior.Listen(options, edge);
        return (new KestrelServer(Options.Create(options), prior, loggers), listener, null);
    }

    private static (IServer, ListenOptions, IDisposable?) Secure(IPEndPoint edge, SharedListener socket, ILoggerFactory loggers, TlsHandshakeCallbackOptions tls)
    {
        // Kestrel's TLS has parts that only a host's services hold; nothing else of the host is used.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        ListenOptions listener = null!;
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            ServerLimits.Apply(kestrel);
            kestrel.Listen(edge, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(tls);
                listener = listen;
            });
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(socket);
        builder.Services.AddSingleton(loggers);
        var parts = builder.Build();
        return (parts.Services.GetRequiredService<IServer>(), listener, parts);
    }
}
