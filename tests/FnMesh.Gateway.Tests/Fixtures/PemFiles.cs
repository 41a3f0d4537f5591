using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>Certificates in files, as an authority of the test's own signs them.</summary>
internal sealed class PemFiles : IDisposable
{
    private static readonly DateTimeOffset Beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2060, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private byte _serial;

    public PemFiles()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(Beginning, End);
        File.WriteAllText(_folder["authority.crt"], _authority.ExportCertificatePem());
    }

    /// <summary>Takes what the authority has signed.</summary>
    public X509ChainPolicy Trust => new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority }, RevocationMode = X509RevocationMode.NoCheck };

    public string Folder => _folder.Path;

    public string Authority => _folder["authority.crt"];

    /// <summary>A pair of files, in place of those of that name: <c>NAME.crt</c> and <c>NAME.key</c>.</summary>
    /// <returns>The certificate's thumbprint.</returns>
    public string Write(string name, params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts) names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, Beginning, End, [++_serial]);
        File.WriteAllText(_folder[$"{name}.crt"], certificate.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem());
        File.WriteAllText(_folder[$"{name}.key"], key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }

    /// <summary>The options of a listener's <c>tls</c>, in flow style.</summary>
    public string Options(string name) => $$"""{ options: { fnmesh.dev/certificate-file: "{{_folder[$"{name}.crt"]}}", fnmesh.dev/key-file: "{{_folder[$"{name}.key"]}}" } }""";

    public string this[string name] => _folder[name];

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }
}
