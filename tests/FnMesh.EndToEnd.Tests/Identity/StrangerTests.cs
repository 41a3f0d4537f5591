using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Identity;

/// <summary>Who may connect to the doors of a mesh, with real certificates against a real <c>up</c>.</summary>
public sealed class StrangerTests
{
    private const string Gateway = "spiffe://mesh.local/gateway";
    private const string App = "spiffe://mesh.local/ns/default/app/relay";

    [Fact]
    public async Task Only_members_reach_the_mesh_listener_and_only_the_gateway_reaches_a_function_and_no_false_certificate_the_node_port()
    {
        await using var target = await FunctionServer.StartAsync(_ => new Answer(204));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("relay", target.Url));
        var authority = MeshAuthority.Of(mesh.Folder[".fnmesh"]);
        var (listener, node) = Addresses(mesh);
        var function = await FunctionAsync(mesh);

        X509Certificate2?[] strangers =
        [
            authority.Impostor().Sign([Gateway]),
            authority.Sign(["spiffe://other.local/gateway"]),
            authority.Sign([Gateway], DateTimeOffset.UtcNow.AddMinutes(-5)),
            authority.Sign([Gateway, App]),
            authority.Sign(["https://mesh.local/gateway"]),
        ];
        foreach (var door in new[] { listener, function, node })
        {
            foreach (var stranger in strangers) await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(door, stranger));
        }

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(listener, null));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(function, null));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(function, authority.Sign([App])));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(function, authority.Sign(["spiffe://mesh.local/control"])));

        // The same certificates, made rightly, are taken.
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(listener, authority.Sign([App])));
        Assert.NotEqual(HttpStatusCode.Forbidden, await AskAsync(function, authority.Sign([Gateway])));
    }

    [Fact]
    public async Task The_node_port_lets_who_has_no_certificate_join_and_do_nothing_else()
    {
        await using var mesh = await Mesh.StartAsync(Yaml.Publishers());
        var (_, node) = Addresses(mesh);
        foreach (var method in new[] { "Renew", "Connect" })
        {
            using var answer = await PostAsync(node, $"/fnmesh.node.v1.Nodes/{method}");
            Assert.Equal("16", Assert.Single(answer.Headers.Concat(answer.TrailingHeaders).Single(header => header.Key == "grpc-status").Value));
        }
    }

    [Fact]
    public async Task Every_listener_is_on_loopback_and_no_key_can_be_read_by_others()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var target = await FunctionServer.StartAsync(_ => new Answer(204));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("relay", target.Url));
        var pids = MarkedProcesses.Find(mesh.Up.Mark).ToHashSet();
        Assert.Contains(mesh.Up.Id, pids);
        Assert.All(Listeners.Of(pids), address => Assert.True(IPAddress.IsLoopback(address), $"{address} is no loopback address"));
        Assert.NotEmpty(Listeners.Of(pids));

        string[] folders = ["control", "nodes", "tokens"];
        var secrets = folders.SelectMany(folder => Directory.GetFiles(mesh.Folder[$".fnmesh/{folder}"], "*", SearchOption.AllDirectories)).ToArray();
        Assert.True(secrets.Length >= 4, string.Join(", ", secrets));
        foreach (var file in secrets) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private static async Task<HttpStatusCode> AskAsync(Uri door, X509Certificate2? certificate)
    {
        using var client = Client(certificate);
        using var answer = await client.GetAsync(new Uri(door, "/nothing"));
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> PostAsync(Uri door, string path)
    {
        using var client = Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(door, path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Content.Headers.ContentType = new("application/grpc");
        return await client.SendAsync(request);
    }

    private static HttpClient Client(X509Certificate2? certificate)
    {
#pragma warning disable CA5359 // Who the server is plays no part here: what it takes is asked.
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
#pragma warning restore CA5359
        if (certificate is not null) options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return new HttpClient(new SocketsHttpHandler { SslOptions = options, UseProxy = false }) { Timeout = Patience.Limit };
    }

    private static (Uri Mesh, Uri Node) Addresses(Mesh mesh)
    {
        using var up = JsonDocument.Parse(File.ReadAllBytes(mesh.Folder[".fnmesh/up.json"]));
        return (new Uri(up.RootElement.GetProperty("mesh").GetString()!), new Uri(up.RootElement.GetProperty("node").GetString()!));
    }

    private static async Task<Uri> FunctionAsync(Mesh mesh)
    {
        using var nodes = JsonDocument.Parse(await mesh.Http.GetStringAsync(new Uri(mesh.Up.Control, "/api/v1/nodes")));
        return new Uri(nodes.RootElement.GetProperty("items").EnumerateArray().Single(node => node.GetProperty("role").GetString() == "function").GetProperty("address").GetString()!);
    }
}
