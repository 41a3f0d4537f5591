using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Identity;

namespace FnMesh.Control.Identity;

/// <summary>One self-signed authority with its key (X509-SVID, 3: a signing certificate).</summary>
internal sealed class Root
{
    private const int SerialBytes = 16;
    private static readonly Oid[] BothEndsOfTls = [new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")];

    private readonly ECDsa _key;

    private Root(X509Certificate2 certificate, ECDsa key) => (Certificate, _key) = (certificate, key);

    /// <summary>Without the key.</summary>
    public X509Certificate2 Certificate { get; }

    public static Root Create(string trustDomain, DateTimeOffset from, TimeSpan life)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        // Two authorities of one name would be taken for each other while they rotate.
        name.AddCommonName($"FnMesh authority {Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8))} of {trustDomain}");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(SvidRules.NameOf($"spiffe://{trustDomain}"));
        using var signed = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, from + life, Serial());
        return new Root(X509CertificateLoader.LoadCertificate(signed.RawData), key);
    }

    /// <exception cref="CryptographicException">The certificate or the key is malformed.</exception>
    public static Root Load(StoredRoot stored)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(stored.Key, out _);
        return new Root(X509CertificateLoader.LoadCertificate(stored.Certificate), key);
    }

    public StoredRoot Store() => new(Certificate.RawData, _key.ExportPkcs8PrivateKey());

    /// <returns>The leaf, DER.</returns>
    /// <exception cref="CryptographicException">The request is malformed, its signature is wrong, or its key is not P-256.</exception>
    public byte[] Sign(SpiffeId id, ReadOnlySpan<byte> request, DateTimeOffset now, TimeSpan skew, TimeSpan life)
    {
        var asked = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256, out var read);
        if (read != request.Length) throw new CryptographicException("the request is followed by something else");
        using var key = asked.PublicKey.GetECDsaPublicKey() ?? throw new CryptographicException("the request's key is not an elliptic curve key; P-256 is wanted");
        // A curve that is written out, not named, has no name at all.
        if (key.ExportParameters(false).Curve is not { IsNamed: true } curve || curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value) throw new CryptographicException("the request's key is on another curve than P-256");

        // Made anew: of what was asked for, the key alone is taken.
        var leaf = new CertificateRequest(new X500DistinguishedName(""), asked.PublicKey, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        leaf.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. BothEndsOfTls], critical: false));
        leaf.CertificateExtensions.Add(SvidRules.NameOf(id.ToString()));
        leaf.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var until = now + life;
        using var signed = leaf.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now - skew, until < Certificate.NotAfter ? until : Certificate.NotAfter, Serial());
        return signed.RawData;
    }

    /// <summary>Positive, as RFC 5280, 4.1.2.2 asks.</summary>
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}
