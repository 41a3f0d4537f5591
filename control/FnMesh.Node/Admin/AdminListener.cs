using System.Net;
using System.Net.Sockets;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FnMesh.Node.Admin;

/// <summary>
/// <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> of a role that runs by itself, in clear text: who may connect may read, and nobody can change anything here.
/// On a loopback address only loopback names are served, so that no web page reads it by rebinding a name of its own.
/// </summary>
public sealed class AdminListener : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";
    private const string Paths = "/metrics, /health/live and /health/ready";
    private const int MaxConnections = 256;

    private readonly KestrelServer _server;
    private readonly ListenOptions _listener;
    private readonly SharedListener _socket;
    private readonly AdminOptions _options;
    private readonly bool _isLoopback;

    private AdminListener(IPEndPoint listen, AdminOptions options, SharedListener socket, ILoggerFactory loggers)
    {
        (_options, _socket, _isLoopback) = (options, socket, IPAddress.IsLoopback(listen.Address));
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = 0;
        // Of a connection that asks nothing too: whoever holds all of them would make the role look dead.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        ListenOptions? opened = null;
        kestrel.Listen(listen, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            opened = endpoint;
        });
        _listener = opened!;
        _server = new KestrelServer(Options.Create(kestrel), socket, loggers);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://{_listener.IPEndPoint}");

    /// <summary>Completes when it listens.</summary>
    /// <param name="listen">Where; port 0 takes a free one.</param>
    /// <param name="options">What it tells.</param>
    /// <param name="loggers">For the server.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="socket">Opens the port; null for a socket that no other process has a part in.</param>
    /// <exception cref="IOException">The port is taken, or the address is not one of this machine.</exception>
    public static async Task<AdminListener> StartAsync(IPEndPoint listen, AdminOptions options, ILoggerFactory loggers, CancellationToken cancel, SharedListener? socket = null)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(options);
        var listener = new AdminListener(listen, options, socket ?? new SharedListener(loggers), loggers);
        try
        {
            await listener._server.StartAsync(listener, cancel);
            return listener;
        }
        catch (Exception failure)
        {
            listener._server.Dispose();
            listener._socket.Dispose();
            if (failure is SocketException) throw new IOException($"cannot listen on {listen} ({AdminAddress.Variable}): {failure.Message}", failure);
            throw;
        }
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _socket.Pass(context.Features);
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        if (_isLoopback && !LoopbackHost.Allows(request.Host))
            return ProblemJson.WriteAsync(response, StatusCodes.Status403Forbidden, "Host not allowed", $"the Host header says '{request.Host}', and only loopback names and addresses are served; use {_listener.IPEndPoint}");
        if (request.Path.Value is not ("/metrics" or "/health/live" or "/health/ready"))
            return ProblemJson.WriteAsync(response, StatusCodes.Status404NotFound, "Not found", $"there is no {request.Method} {request.Path}; there are {Paths}");
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            return ProblemJson.WriteAsync(response, StatusCodes.Status405MethodNotAllowed, "Method not allowed", $"{request.Path} is read by GET");
        }

        if (request.Path == "/metrics") return WriteAsync(context, MetricsType, _options.Metrics());
        if (request.Path == "/health/live") return WriteAsync(context, "application/json", """{"status":"live"}""");
        return _options.Unready() is { } why
            ? ProblemJson.WriteAsync(response, StatusCodes.Status503ServiceUnavailable, "Not ready", why)
            : WriteAsync(context, "application/json", """{"status":"ready"}""");
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <summary>Answers of a few kilobytes are in flight at most: nobody waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _server.Dispose();
        _socket.Dispose();
    }

    private static Task WriteAsync(HttpContext context, string type, string body)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
