using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Joining;

/// <summary>A new key, born here, and the request to have it signed. The request names nobody: control decides who the node is.</summary>
internal sealed class SigningRequest : IDisposable
{
    private SigningRequest(ECDsa key, byte[] der) => (Key, Der) = (key, der);

    public ECDsa Key { get; }

    /// <summary>PKCS #10.</summary>
    public byte[] Der { get; }

    public static SigningRequest Create()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningRequest(key, new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256).CreateSigningRequest());
    }

    public void Dispose() => Key.Dispose();
}
