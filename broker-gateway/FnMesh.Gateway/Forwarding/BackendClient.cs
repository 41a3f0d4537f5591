using System.Net;
using System.Text;
using FnMesh.Node.Http;

namespace FnMesh.Gateway.Forwarding;

/// <summary>The HTTP client towards functions: it adds nothing, follows nothing, remembers nothing.</summary>
internal static class BackendClient
{
    /// <summary>How long the head of an answer may be.</summary>
    public const int MaxAnswerHeadKiB = 64;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <param name="time">The clock.</param>
    /// <param name="secure">The handshake with endpoints of the mesh; null for addresses that somebody else runs.</param>
    /// <param name="maxAge">How long a connection is used.</param>
    /// <param name="resolve">Finds the addresses of a host; null leaves that to the system.</param>
    public static HttpMessageInvoker Create(TimeProvider time, SecureConnection? secure = null, TimeSpan? maxAge = null, Func<DnsEndPoint, CancellationToken, ValueTask<IPAddress[]>>? resolve = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            UseCookies = false,
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = maxAge ?? TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = MaxAnswerHeadKiB,
            // A function's machine that vanished without a word ends what waits for it, streams without a time limit too.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            // As Kestrel reads and writes them, so that what is not ASCII passes unchanged.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
        new BoundedConnects(ConnectLimit, time, secure) { Resolve = resolve }.Serve(handler);
        return new HttpMessageInvoker(new ReplayHandler(handler));
    }
}
