using System.Net;
using FnMesh.Node.Http;
using FnMesh.Node.Members;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Shim.Members;

/// <summary>
/// A process's way into the mesh, on loopback and in clear text, by HTTP/1.1 or HTTP/2 with prior knowledge: the Host of a request names the app, and <c>POST /events</c> to the door itself publishes.
/// Requests travel on with the process's identity, so nobody but programs of this machine may come in, and no web page.
/// </summary>
internal sealed class OutboundDoor : IAsyncDisposable
{
    private static readonly TimeSpan GatewaySlack = TimeSpan.FromSeconds(1);

    private readonly ShimServer _server;
    private readonly HttpMessageInvoker _client;
    private readonly TimeProvider _time;
    private long _requests;

    /// <param name="gateways">The way on; left open when this is disposed of.</param>
    /// <param name="loggers">For the server.</param>
    /// <param name="time">The clock.</param>
    public OutboundDoor(GatewayHandler gateways, ILoggerFactory loggers, TimeProvider time)
    {
        _time = time;
        _client = new HttpMessageInvoker(new ReplayHandler(gateways), disposeHandler: false);
        var transport = new PriorKnowledgeTransport(loggers, time);
        _server = new ShimServer(kestrel => transport.Listen(kestrel, new IPEndPoint(IPAddress.Loopback, 0)), HandleAsync, loggers, transport);
    }

    public Uri Address => _server.Address;

    /// <summary>How many came, from the start.</summary>
    public long Requests => Interlocked.Read(ref _requests);

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
        var request = context.Request;
        if (HttpMethods.IsConnect(request.Method))
        {
            await RefuseAsync(context, StatusCodes.Status501NotImplemented, "Unsupported", "CONNECT is not carried: the mesh encrypts by itself; call http://APP through the door, and not https://APP");
            return;
        }

        if (request.Headers.Origin.Count > 0 || request.Headers.ContainsKey("Sec-Fetch-Site"))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Denied", "the request comes from a web page, and no page may call with a function's identity");
            return;
        }

        if (AppOf(request) is not { } app)
        {
            await RefuseAsync(
                context, StatusCodes.Status404NotFound, "NoRoute", "name the app that you call as the host, such as 'Host: pricing', or in the header dapr-app-id; POST /events without one publishes");
            return;
        }

        // The gateway ends a call in time, and says so; this is for a gateway that says nothing.
        using var late = DeadlineHeader.Read(request.Headers[DeadlineHeader.Name]) is { } left ? new CancellationTokenSource(left + GatewaySlack, _time) : null;
        var error = await VerbatimTransformer.Outbound.PassAsync(context, $"http://{app}", forwarder, _client, late?.Token ?? CancellationToken.None);
        if (error == ForwarderError.None) return;
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        if (late is { IsCancellationRequested: true })
        {
            await RefuseAsync(context, StatusCodes.Status504GatewayTimeout, "Timeout", "the gateway did not answer within what the caller had left of its time (fnmesh-deadline)");
            return;
        }

        var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception?.Message ?? error.ToString();
        await RefuseAsync(context, StatusCodes.Status502BadGateway, "Unreachable", $"the gateway cannot be reached: {cause}");
    }

    /// <summary>The name that the mesh listener is asked for; null when the request names none.</summary>
    private static string? AppOf(HttpRequest request)
    {
        var host = request.Host.Host;
        var isDoor = host is "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out _);
        // With a name of the outside as host it is a web page that has rebound it to here, and browsers do not tell of such.
        if (request.Headers["dapr-app-id"] is [{ Length: > 0 } named, ..]) return (isDoor || host == named) && IsName(named) ? named : null;
        if (!isDoor) return IsName(host) ? host : null;
        return request.Path == "/events" ? "broker" : null;
    }

    /// <summary>DNS labels, as apps and namespaces are named.</summary>
    private static bool IsName(string host) =>
        host.Length is > 0 and <= 253 && host.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.') && Uri.CheckHostName(host) == UriHostNameType.Dns;

    private static Task RefuseAsync(HttpContext context, int status, string verdict, string detail)
    {
        if (!GrpcCall.Is(context.Request)) return ProblemJson.WriteAsync(context.Response, status, "The shim does not pass this on", detail, verdict);
        context.Response.Headers["fnmesh-verdict"] = verdict;
        GrpcAnswer.Write(context.Response, GrpcAnswer.StatusOf(status), detail);
        return Task.CompletedTask;
    }
}
