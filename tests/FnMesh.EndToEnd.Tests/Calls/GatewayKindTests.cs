using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Calls;

public sealed class GatewayKindTests
{
    [Fact]
    public async Task A_Gateway_that_is_saved_is_served_over_tls_and_a_port_that_is_taken_is_a_condition_of_it()
    {
        await using var function = await FunctionServer.StartAsync(static _ => Answer.Done);
        string[] app = [Yaml.App("orders", function.Url), Route];
        await using var mesh = await Mesh.StartAsync(app[0]);
        using var certificate = WritePair(mesh.Folder);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var (port, busy) = (FreePort(), ((IPEndPoint)taken.LocalEndpoint).Port);

        await mesh.WriteLiveAsync([.. app, Gateway(port, busy)]);
        await mesh.Up.Errors.FirstAsync(line => line.Contains($"public/https listens on https://127.0.0.1:{port}/", StringComparison.Ordinal));
        await mesh.Up.Errors.FirstAsync(line => line.Contains($"public/taken: port {busy} is busy: pid {Environment.ProcessId} (", StringComparison.Ordinal));
        using var answer = await AskAsync(port, certificate);
        Assert.Equal((HttpStatusCode.NoContent, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        Assert.Equal("https", function.Requests.Items[^1]["x-forwarded-proto"]);

        await mesh.UntilAsync("/api/v1/nodes", nodes => nodes.ToString().Contains($"port {busy} is busy", StringComparison.Ordinal));
        var described = await mesh.CommandAsync("describe", "gateway", "public");
        Assert.Contains("ListenerFault", described.Output, StringComparison.Ordinal);
        Assert.Contains($"public/taken: port {busy} is busy", described.Output, StringComparison.Ordinal);

        await mesh.WriteLiveAsync(app[0]);
        await mesh.Up.Errors.FirstAsync(line => line.Contains($"https://127.0.0.1:{port}/ takes nothing new any more", StringComparison.Ordinal));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(port, certificate));
        Assert.Equal(0, await mesh.Up.StopAsync());
    }

    private const string Route = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: orders }
        spec: { parentRefs: [ { name: public } ], rules: [ { backendRefs: [ { name: orders } ] } ] }
        """;

    /// <summary>Relative paths start at the folder of the policy file.</summary>
    private static string Gateway(int port, int busy) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: { name: public }
        spec:
          listeners:
            - { name: https, port: {{port}}, protocol: HTTPS, hostname: localhost, tls: { options: { fnmesh.dev/certificate-file: ../tls/shop.crt, fnmesh.dev/key-file: ../tls/shop.key } } }
            - { name: taken, port: {{busy}}, protocol: HTTP }
        """;

    private static X509Certificate2 WritePair(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2060, 1, 1, 0, 0, 0, TimeSpan.Zero));
        folder.Write("tls/shop.crt", certificate.ExportCertificatePem());
        folder.Write("tls/shop.key", key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    /// <summary>The policy must name one.</summary>
    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private static async Task<HttpResponseMessage> AskAsync(int port, X509Certificate2 trusted)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { trusted }, RevocationMode = X509RevocationMode.NoCheck },
            },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://localhost:{port}/")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await http.SendAsync(request);
    }
}
