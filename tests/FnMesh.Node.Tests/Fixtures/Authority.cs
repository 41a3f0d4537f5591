using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Identity;

namespace FnMesh.Node.Tests.Fixtures;

/// <summary>An authority that signs whatever a test wants, right or wrong.</summary>
internal sealed class Authority
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] BothEnds = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private byte _serial;

    public Authority(Authority? parent = null)
    {
        var request = new CertificateRequest($"CN=authority {(parent is null ? 1 : 2)}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Certificate = parent is null
            ? request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), Now.AddDays(-1), Now.AddDays(9), [1])
            : request.Create(parent.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(parent._key), Now.AddDays(-1), Now.AddDays(9), [2]);
    }

    public X509Certificate2 Certificate { get; }

    public TrustBundle Bundle(long sequence = 1, string trustDomain = "shop.local") => new(trustDomain, sequence, [Certificate]);

    public Svid Sign(string id) => Svid.Create([Leaf(out var key, [id]).RawData], key);

    public X509Certificate2 Leaf(
        out ECDsa key, string[] uris, X509KeyUsageFlags? usage = X509KeyUsageFlags.DigitalSignature, bool isAuthority = false, string[]? uses = null,
        DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (usage is { } flags) request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. (uses ?? BothEnds).Select(use => new Oid(use))], false));
        if (uris.Length > 0)
        {
            var names = new AsnWriter(AsnEncodingRules.DER);
            using (names.PushSequence())
            {
                foreach (var uri in uris) names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
            }

            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", names.Encode(), true));
        }

        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from ?? Now.AddHours(-1), until ?? Now.AddHours(1), [3, ++_serial]);
    }
}
