using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace FnMesh.EndToEnd.Tests.Identity;

/// <summary>Signs client certificates, right and wrong, with the key of a running mesh's own authority, or with another.</summary>
internal sealed class MeshAuthority
{
    private static readonly string[] BothEnds = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
    private readonly X509Certificate2 _certificate;
    private readonly ECDsa _key = ECDsa.Create();

    private MeshAuthority(byte[] certificate, byte[] key)
    {
        _certificate = X509CertificateLoader.LoadCertificate(certificate);
        _key.ImportPkcs8PrivateKey(key, out _);
    }

    /// <summary>The authority of the mesh whose data lies in a folder.</summary>
    public static MeshAuthority Of(string data)
    {
        var file = Directory.GetFiles(Path.Combine(data, "control"), "authority.json", SearchOption.AllDirectories).Single();
        using var stored = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = stored.RootElement.GetProperty("roots")[0];
        return new MeshAuthority(root.GetProperty("certificate").GetBytesFromBase64(), root.GetProperty("key").GetBytesFromBase64());
    }

    /// <summary>Somebody else's, with the same name.</summary>
    public MeshAuthority Impostor()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(_certificate.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        var now = DateTimeOffset.UtcNow;
        return new MeshAuthority(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1)).RawData, key.ExportPkcs8PrivateKey());
    }

    /// <summary>Nobody's but its own.</summary>
    public static X509Certificate2 SelfSigned(string uri)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(Names([uri]));
        using var whole = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Sign(string[] uris, DateTimeOffset? until = null, bool isAuthority = false, string[]? uses = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. (uses ?? BothEnds).Select(use => new Oid(use))], false));
        if (uris.Length > 0) request.CertificateExtensions.Add(Names(uris));
        var now = DateTimeOffset.UtcNow;
        using var signed = request.Create(_certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now.AddHours(-2), until ?? now.AddHours(1), [1, 2, 3]);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Extension Names(string[] uris)
    {
        var names = new AsnWriter(AsnEncodingRules.DER);
        using (names.PushSequence())
        {
            foreach (var uri in uris) names.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        }

        return new X509Extension("2.5.29.17", names.Encode(), true);
    }
}
