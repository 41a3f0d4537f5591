using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Node;
using FnMesh.Node.Protocol;

namespace FnMesh.Gateway.Tests;

public sealed class GatewayNodeTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_that_cannot_tell_control_where_it_listens_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("fnmesh-test-");
        using var log = new HeardLog();
        var node = Path.Combine(folder.FullName, "node");
        Directory.CreateDirectory(node);
        await File.WriteAllBytesAsync(Path.Combine(node, "credentials.json"), Credentials(), Cancel);
        var options = new GatewayNodeOptions
        {
            Node = new NodeOptions { Name = "gateway", Role = Role.Gateway, Directory = node, Control = new Uri("https://127.0.0.1:1"), Seed = 7 },
            Gateway = new GatewayOptions { Edge = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = folder.FullName, Seed = 7, Environment = new Dictionary<string, string?>() },
            AdvertiseMesh = new Uri("gateway.example", UriKind.Relative),
        };

        await using (await GatewayNode.StartAsync(options, log, TimeProvider.System, Cancel))
        {
            Assert.StartsWith("the gateway could not tell control where it listens", await log.HearAsync("LogNotAnnounced", Cancel), StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    /// <summary>As the start before left them; control is never reached.</summary>
    private static byte[] Credentials()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("spiffe://shop.local/gateway"));
        request.CertificateExtensions.Add(names.Build(critical: true));
        using var svid = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        return JsonSerializer.SerializeToUtf8Bytes(new { key = key.ExportPkcs8PrivateKey(), chain = new[] { svid.RawData }, trustDomain = "shop.local", sequence = 1, authorities = new[] { svid.RawData } });
    }
}
