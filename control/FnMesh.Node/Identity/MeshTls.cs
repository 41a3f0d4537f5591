using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FnMesh.Node.Identity;

/// <summary>Mutual TLS between members: both ends show an SVID, and each says whom it accepts.</summary>
public static class MeshTls
{
    private static readonly SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>For a listener: asks every peer for an SVID and cuts off those that <paramref name="accepts"/> does not take. Follows rotation without dropping a connection.</summary>
    /// <param name="credentials">Who the listener is; asked at each handshake.</param>
    /// <param name="accepts">Whom it serves.</param>
    /// <param name="refused">Told why a peer was cut off; must not block.</param>
    /// <param name="protocols">ALPN, most wanted first.</param>
    /// <param name="strangers">Whether who shows no certificate may connect all the same; a certificate that is shown must be good in any case.</param>
    public static TlsHandshakeCallbackOptions Server(
        Func<NodeCredentials> credentials, Func<SpiffeId, bool> accepts, Action<string> refused, IReadOnlyList<SslApplicationProtocol> protocols, bool strangers = false)
    {
        var members = Check(credentials, accepts, refused);
        RemoteCertificateValidationCallback check = strangers ? (sender, certificate, chain, errors) => certificate is null || members(sender, certificate, chain, errors) : members;
        Made? made = null;
        return new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                // One object as long as nothing changes: sessions are resumed within it, and never across a rotation.
                var current = credentials().Current;
                if (made is not { } last || last.For != current) made = last = new Made(current, Options(credentials().Svid, check, protocols));
                return ValueTask.FromResult(last.Options);
            },
        };
    }

    /// <summary>For a client: shows this node's SVID and gives up unless the server is one that <paramref name="expects"/> takes. Names in addresses play no part.</summary>
    /// <param name="credentials">Who the client is.</param>
    /// <param name="expects">Whom it wants to reach.</param>
    /// <param name="refused">Told why a server was not taken; must not block.</param>
    public static SslClientAuthenticationOptions Client(NodeCredentials credentials, Func<SpiffeId, bool> expects, Action<string> refused)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        var check = Check(() => credentials, expects, refused);
        return new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = Protocols,
            // Asked at each handshake, so that a pool that lives long shows the SVID of now.
            LocalCertificateSelectionCallback = (_, _, _, _, _) => credentials.Svid.Leaf,
            RemoteCertificateValidationCallback = check,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
    }

    /// <summary>As <see cref="Client"/>, for one connection after the other: the SVID of the moment, whose chain is built once, and sessions that are resumed as long as it holds.</summary>
    /// <inheritdoc cref="Client" path="/param"/>
    public static SecureConnection Connections(NodeCredentials credentials, Func<SpiffeId, bool> expects, Action<string> refused)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        var check = Check(() => credentials, expects, refused);
        return async (context, stream, cancel) =>
        {
            var tls = new SslStream(stream);
            try
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = context.DnsEndPoint.Host,
                        EnabledSslProtocols = Protocols,
                        ClientCertificateContext = credentials.Svid.Context,
                        RemoteCertificateValidationCallback = check,
                        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                        ApplicationProtocols = ProtocolsOf(context.InitialRequestMessage),
                    },
                    cancel);
                return tls;
            }
            catch
            {
                await tls.DisposeAsync();
                throw;
            }
        };
    }

    /// <summary>What the client would offer by itself.</summary>
    private static List<SslApplicationProtocol> ProtocolsOf(HttpRequestMessage request) =>
        request.Version.Major < 2 ? [SslApplicationProtocol.Http11]
        : request.VersionPolicy == HttpVersionPolicy.RequestVersionOrLower ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
        : [SslApplicationProtocol.Http2];

    private static SslServerAuthenticationOptions Options(Svid svid, RemoteCertificateValidationCallback check, IReadOnlyList<SslApplicationProtocol> protocols) => new()
    {
        EnabledSslProtocols = Protocols,
        ServerCertificateContext = svid.Context,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = check,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        ApplicationProtocols = [.. protocols],
    };

    private static RemoteCertificateValidationCallback Check(Func<NodeCredentials> credentials, Func<SpiffeId, bool> takes, Action<string> refused) => (_, certificate, chain, _) =>
    {
        var id = credentials().Identify(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore, out var fault);
        if (id is null) refused($"a peer's certificate {fault}");
        else if (!takes(id)) refused($"{id} is not allowed here");
        else return true;
        return false;
    };

    /// <summary>A reference, so that handshakes side by side see all of it or none.</summary>
    private sealed record Made(object For, SslServerAuthenticationOptions Options);
}
