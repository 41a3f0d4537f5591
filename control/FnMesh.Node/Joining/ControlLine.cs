using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Identity;
using Grpc.Net.Client;

namespace FnMesh.Node.Joining;

/// <summary>gRPC channels to control's node port.</summary>
internal static class ControlLine
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>As a member.</summary>
    public static GrpcChannel Open(Uri control, NodeCredentials credentials, Action<string> refused) =>
        Open(control, MeshTls.Client(credentials, static id => id.IsControl, refused));

    /// <summary>As nobody yet: control is known by the authorities that the token names.</summary>
    public static GrpcChannel Open(Uri control, JoinToken token, TimeProvider time, Action<string> refused)
    {
        var authorities = token.LoadAuthorities();
        return Open(control, new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (certificate is not X509Certificate2 leaf || !SvidRules.TryReadId(leaf, out var id, out var fault))
                {
                    refused("control presented no SVID");
                    return false;
                }

                var trusted = SvidRules.TryVerify(leaf, chain?.ChainPolicy.ExtraStore, new TrustBundle(id.TrustDomain, 0, authorities), time.GetUtcNow(), out _, out fault);
                if (!trusted || !id.IsControl) refused($"who answers there is not the control service that the join token names: its certificate {fault ?? $"is for {id}"}");
                return trusted && id.IsControl;
            },
        });
    }

    private static GrpcChannel Open(Uri control, SslClientAuthenticationOptions tls) => GrpcChannel.ForAddress(control, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        MaxReceiveMessageSize = 64 << 20,
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = tls,
            ConnectTimeout = ConnectTimeout,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        },
    });
}
