using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace FnMesh.Node.Identity;

/// <summary>Mutual TLS on one of Kestrel's listeners.</summary>
public static class PeerConnection
{
    /// <summary>Connections of one listener of which nobody knows yet whose they are.</summary>
    public const int MaxUnknown = 1024;

    /// <summary>The greatest age of a connection of who shows no certificate: enough to join.</summary>
    internal static readonly TimeSpan StrangerAge = TimeSpan.FromSeconds(10);

    /// <summary>Makes the listener take members of the mesh alone, over HTTP/1.1 and HTTP/2.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="credentials">Who the listener is.</param>
    /// <param name="accepts">Whom it serves.</param>
    /// <param name="refused">Told why a peer was cut off, not more often than <see cref="BoundedWords"/> allows; must not block.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxAge">A connection that is older is asked to end once what is in flight is done, so that an authority that was taken away is taken away for those too who were there before; what then does not end is cut off, see <see cref="ConnectionEnd"/>.</param>
    /// <param name="strangers">Whether who shows no certificate may connect all the same, for 10 s; <see cref="PeerOf"/> is null for them.</param>
    /// <param name="maxUnknown">Connections of which nobody knows yet whose they are; one more cuts one off.</param>
    public static void UseMesh(
        this ListenOptions listen, NodeCredentials credentials, Func<SpiffeId, bool> accepts, Action<string> refused, TimeProvider time, TimeSpan maxAge, bool strangers = false, int maxUnknown = MaxUnknown)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        listen.UseMesh(() => credentials, accepts, refused, time, maxAge, strangers, maxUnknown);
    }

    /// <summary>As the other one, for a process that is told where to listen before it knows who it is; it must know when it starts to listen.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="credentials">Who the listener is; asked at each handshake.</param>
    /// <param name="accepts">Whom it serves.</param>
    /// <param name="refused">Told why a peer was cut off; must not block.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxAge">After how long a connection is asked to end.</param>
    /// <param name="strangers">Whether who shows no certificate may connect all the same, for 10 s.</param>
    /// <param name="maxUnknown">Connections of which nobody knows yet whose they are.</param>
    public static void UseMesh(
        this ListenOptions listen, Func<NodeCredentials> credentials, Func<SpiffeId, bool> accepts, Action<string> refused, TimeProvider time, TimeSpan maxAge, bool strangers = false, int maxUnknown = MaxUnknown)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        refused = new BoundedWords(time).Bound(refused);
        var unknown = new UnknownPeers(maxUnknown, refused, time);
        listen.Use(next => async connection =>
        {
            if (unknown.Take(connection) is not { } place) return;
            using (place)
            {
                connection.Features.Set(place);
                await next(connection);
            }
        });
        listen.UseHttps(MeshTls.Server(credentials, accepts, refused, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], strangers));
        listen.Use(next => async connection =>
        {
            // The callback of the handshake has taken the certificate; here it is only read.
            var leaf = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
            if (leaf is not null && SvidRules.TryReadId(leaf, out var peer, out _))
            {
                connection.Features.Set<IPeerFeature>(new Peer(peer));
                connection.Features.Get<UnknownPeers.Place>()?.Dispose();
            }
            else if (!strangers || leaf is not null)
            {
                connection.Abort(new ConnectionAbortedException("the peer has no identity"));
                return;
            }

            var age = leaf is null && maxAge > StrangerAge ? StrangerAge : maxAge;
            using var end = new ConnectionEnd(connection, connection.Features.Get<ISslStreamFeature>()?.SslStream, leaf, credentials, refused, time, age);
            await next(connection);
        });
    }

    /// <summary>Who is at the other end; null on a listener without mutual TLS.</summary>
    public static SpiffeId? PeerOf(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IPeerFeature>()?.Id;
    }

    private interface IPeerFeature
    {
        SpiffeId Id { get; }
    }

    private sealed record Peer(SpiffeId Id) : IPeerFeature;
}
