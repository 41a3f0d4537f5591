using System.Net;
using System.Text;
using FnMesh.Node.Http;
using FnMesh.Node.Identity;
using Polly;

namespace FnMesh.Node.Members;

/// <summary>
/// Carries requests to the mesh listener of a gateway over mutual TLS. The host of a request names the app (<c>http://pricing/prices/7</c>); which gateway it reaches plays no part.
/// A gateway that cannot be reached is passed over for the next one, since nothing of the request was sent; where none can be reached, as while the only one starts again,
/// requests wait, for <see cref="Patience"/> and the caller's deadline at most, and what a try takes, while one of them tries. What broke off later is sent again only where that is safe.
/// </summary>
public sealed class GatewayHandler : DelegatingHandler
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The path goes on byte for byte: what the gateway matches is what the caller wrote.</summary>
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpResponseMessage> _again;
    private readonly GatewayOutage _outage;
    private volatile TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Uri[] _gateways = [];
    private int _turn;

    /// <param name="credentials">Who calls.</param>
    /// <param name="refused">Told why a peer was not taken for a gateway; must not block.</param>
    /// <param name="propagatesTrace">True where requests begin in this process, so that they carry its trace; false for a proxy, which passes on what it was given.</param>
    /// <param name="time">The clock.</param>
    /// <param name="seed">What the jitter of repetitions starts from.</param>
    public GatewayHandler(NodeCredentials credentials, Action<string> refused, bool propagatesTrace, TimeProvider time, int seed)
        : this(new GatewayOutage(time), credentials, refused, propagatesTrace, time, seed)
    {
    }

    internal GatewayHandler(HttpMessageHandler inner, TimeProvider time, int seed)
        : this(inner, new GatewayOutage(time), time, seed)
    {
    }

    private GatewayHandler(GatewayOutage outage, NodeCredentials credentials, Action<string> refused, bool propagatesTrace, TimeProvider time, int seed)
        : this(Client(credentials, refused, outage.End, propagatesTrace, time), outage, time, seed)
    {
    }

    private GatewayHandler(HttpMessageHandler inner, GatewayOutage outage, TimeProvider time, int seed)
        : base(inner)
    {
        _time = time;
        _outage = outage;
        _again = GatewayRepetition.Create(time, new Random(seed));
    }

    /// <summary>How long a request waits for a gateway that can be reached, from when none could: longer than one takes to drain and start again. Zero for one try of each.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The https addresses of the mesh listeners; control tells them.</summary>
    public IReadOnlyList<Uri> Gateways
    {
        get => _gateways;
        set
        {
            Uri[] told = [.. value];
            var isNew = !told.AsSpan().SequenceEqual(_gateways);
            _gateways = told;
            if (_gateways.Length > 0) _known.TrySetResult();
            else if (_known.Task.IsCompleted) _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (isNew) _outage.End();
        }
    }

    /// <exception cref="HttpRequestException">No gateway is known or can be reached in time, or the connection broke after the request may have been served.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asked = request.RequestUri ?? throw new InvalidOperationException("the request has no address");
        request.Headers.Host ??= asked.Authority;
        var began = _time.GetTimestamp();
        var deadline = DeadlineOf(request);
        if (!_known.Task.IsCompleted)
        {
            await KnownAsync(deadline < Patience ? deadline.Value : Patience, cancellationToken);
            if (deadline is { } whole) Shorten(request, whole - _time.GetElapsedTime(began));
        }

        await SharedConnection.PreferAsync(request, cancellationToken);
        try
        {
            if (!_outage.IsOn || Patience == TimeSpan.Zero) return await TryEachAsync(request, asked, cancellationToken);
        }
        catch (Exception failure) when (Patience > TimeSpan.Zero && GatewayRepetition.IsWorthIt(failure, request, cancellationToken))
        {
            // Again, below: outside of the handler of what was met first.
        }

        return await AgainAsync(request, asked, (began, deadline), cancellationToken);
    }

    private static SocketsHttpHandler Client(NodeCredentials credentials, Action<string> refused, Action connected, bool propagatesTrace, TimeProvider time)
    {
        var client = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            // In KiB; what the gateway takes of a function passes, with what the gateway adds.
            MaxResponseHeadersLength = 128,
            // A gateway whose host is gone says nothing: calls on its connections end when it does not answer these.
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = MaxAge,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
        new BoundedConnects(ConnectLimit, time, MeshTls.Connections(credentials, static id => id.IsGateway, refused)) { Made = connected }.Serve(client);
        if (!propagatesTrace) client.ActivityHeadersPropagator = null;
        return client;
    }

    private async Task<HttpResponseMessage> AgainAsync(HttpRequestMessage request, Uri asked, (long Began, TimeSpan? Deadline) call, CancellationToken cancel)
    {
        var waited = _time.GetElapsedTime(call.Began);
        var patience = (call.Deadline < Patience ? call.Deadline.Value : Patience) - waited;
        var started = _time.GetTimestamp();
        var context = ResilienceContextPool.Shared.Get(cancel);
        try
        {
            context.Properties.Set(GatewayRepetition.Request, request);
            context.Properties.Set(GatewayRepetition.Ends, started + (long)(patience.TotalSeconds * _time.TimestampFrequency));
            return await _again.ExecuteAsync(
                async (running, state) =>
                {
                    if (!await _outage.MayTryAsync(request, state.patience - _time.GetElapsedTime(state.started), running.CancellationToken))
                    {
                        throw new HttpRequestException(HttpRequestError.ConnectionError, $"no gateway of the mesh could be reached for {state.patience.TotalSeconds:0.#} s; see whether one runs with 'fnmesh nodes'");
                    }

                    if (state.call.Deadline is { } deadline) Shorten(request, deadline - _time.GetElapsedTime(state.call.Began));
                    return await TryEachAsync(request, state.asked, running.CancellationToken);
                },
                context,
                (asked, call, patience, started));
        }
        finally
        {
            _outage.Leave(request);
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Each gateway that is known now, until one takes the connection.</summary>
    private async Task<HttpResponseMessage> TryEachAsync(HttpRequestMessage request, Uri asked, CancellationToken cancel)
    {
        var gateways = _gateways;
        if (gateways.Length == 0) throw new HttpRequestException(HttpRequestError.ConnectionError, "there is no gateway in the mesh at this moment; see 'fnmesh nodes'");
        var first = (int)((uint)Interlocked.Increment(ref _turn) % (uint)gateways.Length);
        for (var tried = 0; ; tried++)
        {
            var begun = _outage.Heard;
            var gateway = gateways[(first + tried) % gateways.Length];
            request.RequestUri = new Uri(gateway.GetLeftPart(UriPartial.Authority) + asked.PathAndQuery, AsWritten);
            try
            {
                var answer = await base.SendAsync(request, cancel);
                _outage.End(begun);
                return answer;
            }
            catch (Exception unreached) when (GatewayRepetition.WasNotSent(unreached, cancel))
            {
                // The next gateway may stand; the last one's failure is the caller's to see.
                if (tried + 1 < gateways.Length) continue;
                _outage.Begin(begun);
                throw;
            }
            finally
            {
                request.RequestUri = asked;
            }
        }
    }

    private static TimeSpan? DeadlineOf(HttpRequestMessage request) => request.Headers.TryGetValues(DeadlineHeader.Name, out var values) ? DeadlineHeader.Read(values.FirstOrDefault()) : null;

    /// <summary>What the caller still waits has become less.</summary>
    private static void Shorten(HttpRequestMessage request, TimeSpan left)
    {
        request.Headers.Remove(DeadlineHeader.Name);
        request.Headers.TryAddWithoutValidation(DeadlineHeader.Name, DeadlineHeader.Write(left));
    }

    private async Task KnownAsync(TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            await _known.Task.WaitAsync(patience, _time, cancel);
        }
        catch (TimeoutException)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"no gateway of the mesh is known after {patience.TotalSeconds:0.#} s; see whether one runs with 'fnmesh nodes'");
        }
    }
}
