using System.Net;
using System.Net.Security;
using System.Text;
using FnMesh.Node.Http;

namespace FnMesh.Gateway.Forwarding;

/// <summary>The HTTP client towards functions: it adds nothing, follows nothing, remembers nothing.</summary>
internal static class BackendClient
{
    /// <summary>How long the head of an answer may be.</summary>
    public const int MaxAnswerHeadKiB = 64;

    /// <param name="tls">For endpoints of the mesh; null for addresses that somebody else runs.</param>
    /// <param name="maxAge">How long a connection is used.</param>
    public static HttpMessageInvoker Create(SslClientAuthenticationOptions? tls = null, TimeSpan? maxAge = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
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
        if (tls is not null) handler.SslOptions = tls;
        return new HttpMessageInvoker(new ReplayHandler(handler));
    }
}
