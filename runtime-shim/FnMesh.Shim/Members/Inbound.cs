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
    /// <summary>A request that finds the process gone that it waited for waits for one more.</summary>
    private const int MaxWaits = 2;

    /// <summary>In seconds: the time for which the others wait at most.</summary>
    private const string WhenFull = "2";

    private readonly ShimServer _server;
    private readonly HttpMessageInvoker _client = VerbatimTransformer.CreateClient(new SocketsHttpHandler());
    private readonly ILogger _log;
    private long _requests;

    /// <param name="listen">Where; port 0 takes a free one.</param>
    /// <param name="credentials">Who the process is.</param>
    /// <param name="loggers">For refusals.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxAge">How long a connection may last.</param>
    public Inbound(IPEndPoint listen, NodeCredentials credentials, ILoggerFactory loggers, TimeProvider time, TimeSpan maxAge)
    {
        _log = loggers.CreateLogger<Inbound>();
        Place = new ProcessPlace(time);
        _server = new ShimServer(kestrel => kestrel.Listen(listen, endpoint => endpoint.UseMesh(credentials, FunctionMember.Accepts, PeerRefused, time, maxAge)), HandleAsync, loggers);
    }

    public Uri Address => _server.Address;

    /// <summary>How many came, from the start.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Whether there is a process to hand requests to.</summary>
    public bool IsOpen => Place.Current is not null;

    /// <summary>Where the process listens.</summary>
    public ProcessPlace Place { get; }

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
        var seat = Place.Current;
        if (seat is not null && await TryPassAsync(context, forwarder, seat)) return;
        ProcessPlace.Next next = default;
        for (var wait = 0; wait < MaxWaits; wait++)
        {
            next = await Place.NextAsync(seat, context.RequestAborted);
            seat = next.Seat;
            if (seat is null) break;
            if (await TryPassAsync(context, forwarder, seat)) return;
        }

        SayUnsent(context.Response, next.IsFull);
    }

    /// <returns>False when the process never saw it, and it may be passed to another.</returns>
    private async Task<bool> TryPassAsync(HttpContext context, IHttpForwarder forwarder, ProcessPlace.Seat seat)
    {
        if (seat.Handle is { } handle) return await handle(context);
        var error = await VerbatimTransformer.Inbound.PassAsync(context, seat.Authority, forwarder, _client);
        if (error == ForwarderError.None) return true;
        var failure = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (!context.Response.HasStarted && failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
        {
            context.Response.Clear();
            return false;
        }

        context.Abort();
        return true;
    }

    /// <summary>The process never saw it, so the gateway may send it to another one.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="isFull">Others wait for the process already, as many as may; by the time that <see cref="WhenFull"/> names they have gone.</param>
    internal static void SayUnsent(HttpResponse response, bool isFull)
    {
        response.Clear();
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers[UnsentHeader.Name] = isFull ? UnsentHeader.Full : UnsentHeader.Gone;
        if (isFull) response.Headers.RetryAfter = WhenFull;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "refused a connection to a function: {Cause}")]
    private partial void PeerRefused(string cause);
}
