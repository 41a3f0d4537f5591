using System.Net;
using FnMesh.Node.Identity;
using FnMesh.Node.Members;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Shim.Members;

/// <summary>The endpoint of a process in the mesh: takes requests of gateways alone, over mutual TLS, and hands them to the process as they came.</summary>
internal sealed partial class Inbound : IAsyncDisposable
{
    private readonly ShimServer _server;
    private readonly HttpMessageInvoker _client = VerbatimTransformer.CreateClient(new SocketsHttpHandler());
    private readonly ILogger _log;
    private volatile string? _process;
    private long _requests;

    /// <param name="listen">Where; port 0 takes a free one.</param>
    /// <param name="credentials">Who the process is.</param>
    /// <param name="loggers">For refusals.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxAge">How long a connection may last.</param>
    public Inbound(IPEndPoint listen, NodeCredentials credentials, ILoggerFactory loggers, TimeProvider time, TimeSpan maxAge)
    {
        _log = loggers.CreateLogger<Inbound>();
        _server = new ShimServer(kestrel => kestrel.Listen(listen, endpoint => endpoint.UseMesh(credentials, FunctionMember.Accepts, PeerRefused, time, maxAge)), HandleAsync, loggers);
    }

    public Uri Address => _server.Address;

    /// <summary>How many came, from the start.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Whether there is a process to hand requests to.</summary>
    public bool IsOpen => _process is not null;

    /// <summary>Where the process listens; null while there is none.</summary>
    public Uri? Process
    {
        set => _process = value?.GetLeftPart(UriPartial.Authority);
    }

    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(cancel);

    public Task StopAsync(CancellationToken cancel) => _server.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext context, IHttpForwarder forwarder)
    {
        Interlocked.Increment(ref _requests);
        if (_process is not { } process)
        {
            SayUnsent(context);
            return;
        }

        var error = await VerbatimTransformer.Inbound.PassAsync(context, process, forwarder, _client);
        if (error == ForwarderError.None) return;
        var failure = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (!context.Response.HasStarted && failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }) SayUnsent(context);
        else context.Abort();
    }

    /// <summary>The process never saw it, so the gateway may send it to another one.</summary>
    private static void SayUnsent(HttpContext context)
    {
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[UnsentHeader.Name] = UnsentHeader.Value;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused a connection to a function: {Cause}")]
    private partial void PeerRefused(string cause);
}
