using System.Net;
using System.Text;
using FnMesh.Node.Identity;

namespace FnMesh.Node.Members;

/// <summary>
/// Carries requests to the mesh listener of a gateway over mutual TLS. The host of a request names the app (<c>http://pricing/prices/7</c>); which gateway it reaches plays no part.
/// A gateway that cannot be reached is passed over for the next one, since nothing of the request was sent.
/// </summary>
public sealed class GatewayHandler : DelegatingHandler
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);


    /// <summary>The path goes on byte for byte: what the gateway matches is what the caller wrote.</summary>
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Uri[] _gateways = [];
    private int _turn;

    /// <param name="credentials">Who calls.</param>
    /// <param name="refused">Told why a peer was not taken for a gateway; must not block.</param>
    /// <param name="propagatesTrace">True where requests begin in this process, so that they carry its trace; false for a proxy, which passes on what it was given.</param>
    /// <param name="time">The clock.</param>
    public GatewayHandler(NodeCredentials credentials, Action<string> refused, bool propagatesTrace, TimeProvider time)
    {
        _time = time;
        var inner = new SocketsHttpHandler
        {
            SslOptions = MeshTls.Client(credentials, static id => id.IsGateway, refused),
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = MaxAge,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
        if (!propagatesTrace) inner.ActivityHeadersPropagator = null;
        InnerHandler = inner;
    }

    /// <summary>How long a request waits for the first gateway to be known.</summary>
    public static TimeSpan FirstGatewayTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The https addresses of the mesh listeners; control tells them.</summary>
    public IReadOnlyList<Uri> Gateways
    {
        get => _gateways;
        set
        {
            _gateways = [.. value];
            if (_gateways.Length > 0) _known.TrySetResult();
        }
    }

    /// <exception cref="HttpRequestException">No gateway is known in time, or none can be reached.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asked = request.RequestUri ?? throw new InvalidOperationException("the request has no address");
        var gateways = await KnownAsync(cancellationToken);
        request.Headers.Host ??= asked.Authority;
        var first = (int)((uint)Interlocked.Increment(ref _turn) % (uint)gateways.Length);
        try
        {
            for (var tried = 0; ; tried++)
            {
                var gateway = gateways[(first + tried) % gateways.Length];
                request.RequestUri = new Uri(gateway.GetLeftPart(UriPartial.Authority) + asked.PathAndQuery, AsWritten);
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException unreached) when (WasNotSent(unreached) && tried + 1 < gateways.Length)
                {
                    // The next gateway may stand; the last one's failure is the caller's to see.
                }
            }
        }
        finally
        {
            request.RequestUri = asked;
        }
    }

    private static bool WasNotSent(HttpRequestException failure) =>
        failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError;

    private async ValueTask<Uri[]> KnownAsync(CancellationToken cancel)
    {
        if (_gateways is { Length: > 0 } known) return known;
        try
        {
            await _known.Task.WaitAsync(FirstGatewayTimeout, _time, cancel);
        }
        catch (TimeoutException)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"no gateway of the mesh is known after {FirstGatewayTimeout.TotalSeconds:0} s; see whether one runs with 'fnmesh nodes'");
        }

        return _gateways is { Length: > 0 } now ? now : throw new HttpRequestException(HttpRequestError.ConnectionError, "there is no gateway in the mesh at this moment");
    }
}
