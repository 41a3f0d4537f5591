using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using Google.Protobuf;
using Grpc.Net.Client;
using TrustBundle = FnMesh.Node.Identity.TrustBundle;

namespace FnMesh.Node.Joining;

/// <summary>Asks control for an SVID: the first one by a token, each later one by the one before.</summary>
internal static class Enrolment
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <exception cref="Grpc.Core.RpcException">Control cannot be reached or refuses.</exception>
    /// <exception cref="CryptographicException">What control sent is no SVID for the key.</exception>
    public static async Task<(Svid Svid, TrustBundle Bundle)> JoinAsync(Uri control, JoinToken token, TimeProvider time, Action<string> refused, CancellationToken cancel)
    {
        using var channel = ControlLine.Open(control, token, time, refused);
        using var request = SigningRequest.Create();
        var join = new JoinRequest { Token = token.Reveal(), Csr = ByteString.CopyFrom(request.Der) };
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        return Read(await new Nodes.NodesClient(channel).JoinAsync(join, cancellationToken: either.Token), request);
    }

    /// <inheritdoc cref="JoinAsync"/>
    public static async Task<(Svid Svid, TrustBundle Bundle)> RenewAsync(GrpcChannel channel, TimeProvider time, CancellationToken cancel)
    {
        using var request = SigningRequest.Create();
        var renew = new RenewRequest { Csr = ByteString.CopyFrom(request.Der) };
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        return Read(await new Nodes.NodesClient(channel).RenewAsync(renew, cancellationToken: either.Token), request);
    }

    public static TrustBundle Read(Protocol.TrustBundle bundle) =>
        new(bundle.TrustDomain, bundle.Sequence, [.. bundle.Authorities.Select(authority => X509CertificateLoader.LoadCertificate(authority.Span))]);

    private static (Svid Svid, TrustBundle Bundle) Read(Credentials credentials, SigningRequest request) =>
        (Svid.Create([.. credentials.Chain.Select(certificate => certificate.ToByteArray())], request.Key), Read(credentials.Bundle));
}
