using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Control.Identity;
using FnMesh.Node.Identity;

namespace FnMesh.Control.Nodes;

/// <summary>Control's own SVID, signed by its own authority and kept fresh.</summary>
internal sealed class ControlCredentials(ICertificateAuthority authority, string trustDomain, SvidLife life, TimeProvider time)
{
    private readonly SpiffeId _id = SpiffeId.Control(trustDomain);

    public async Task<NodeCredentials> CreateAsync(CancellationToken cancel) => new(await SignAsync(cancel), authority.Bundle, time);

    /// <summary>A new SVID, by the authority that signs now.</summary>
    public async Task RenewAsync(NodeCredentials credentials, CancellationToken cancel) => credentials.Update(await SignAsync(cancel), authority.Bundle);

    private async Task<Svid> SignAsync(CancellationToken cancel)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        return Svid.Create(await authority.SignAsync(_id, request, life.Current, cancel), key);
    }
}
