using System.Net;
using System.Net.Security;
using System.Runtime.Versioning;
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
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("relay", target.Url), Yaml.Relay("hello", target.Url));
        await using var byHand = await UpProcess.ByHandAsync(FnMeshProgram.BuiltProgram("hello", "hello"), mesh.Folder.Path, "hello-v1");
        var authority = MeshAuthority.Of(mesh.Folder[".fnmesh"]);
        var (listener, node) = Addresses(mesh);
        // One behind a shim, one of FnMesh.Functions.
        Uri[] functions = [await FunctionAsync(mesh, "relay-v1-"), await FunctionAsync(mesh, "hello-v1-by-hand-")];

        (string Who, X509Certificate2? Shows)[] strangers =
        [
            ("self-signed", MeshAuthority.SelfSigned(Gateway)),
            ("signed by an authority of the same name", authority.Impostor().Sign([Gateway])),
            ("of another trust domain", authority.Sign(["spiffe://other.local/gateway"])),
            ("ended", authority.Sign([Gateway], DateTimeOffset.UtcNow.AddMinutes(-5))),
            ("with two URI names", authority.Sign([Gateway, App])),
            ("without a URI name", authority.Sign([])),
            ("without a SPIFFE ID", authority.Sign(["https://mesh.local/gateway"])),
            ("an authority", authority.Sign([Gateway], isAuthority: true)),
            ("for something else than TLS", authority.Sign([Gateway], uses: ["1.3.6.1.5.5.7.3.3"])),
        ];
        foreach (var (who, shows) in strangers)
        {
            foreach (var door in (Uri[])[listener, .. functions, node]) await RefusedAsync(door, shows, who);
        }

        await RefusedAsync(listener, null, "nobody");
        foreach (var function in functions)
        {
            await RefusedAsync(function, null, "nobody");
            await RefusedAsync(function, authority.Sign([App]), "another function");
            await RefusedAsync(function, authority.Sign(["spiffe://mesh.local/control"]), "control");
            await RefusedAsync(function, authority.Sign(["spiffe://mesh.local/user/ada"]), "a person");
        }

        // The same certificates, made rightly, are taken.
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(listener, authority.Sign([App])));
        foreach (var function in functions) Assert.NotEqual(HttpStatusCode.Forbidden, await AskAsync(function, authority.Sign([Gateway])));
    }

    [Theory]
    [InlineData("spiffe://mesh.local/ns/default/app/relay", "GET", "/metrics", HttpStatusCode.Forbidden, "spiffe://mesh.local/ns/default/app/relay may not ask the gateway of itself; control and people may")]
    [InlineData("spiffe://mesh.local/user/ada", "GET", "/nothing", HttpStatusCode.NotFound, "there is no GET /nothing")]
    [InlineData("spiffe://mesh.local/user/ada", "DELETE", "/api/v1/events", HttpStatusCode.MethodNotAllowed, "there is no DELETE /api/v1/events; the path takes GET")]
    public async Task What_the_gateway_does_not_tell_of_itself_is_refused_with_a_problem(string caller, string method, string path, HttpStatusCode status, string detail)
    {
        await using var mesh = await Mesh.StartAsync(Yaml.Publishers());
        using var client = Client(MeshAuthority.Of(mesh.Folder[".fnmesh"]).Sign([caller]));
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Addresses(mesh).Mesh, path)) { Headers = { Host = "gateway" } };

        using var answer = await client.SendAsync(request);

        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(((int)status, detail), (problem.RootElement.GetProperty("status").GetInt32(), problem.RootElement.GetProperty("detail").GetString()));
        if (status == HttpStatusCode.Forbidden) Assert.Equal("Denied", Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        if (status == HttpStatusCode.MethodNotAllowed) Assert.Equal("GET", Assert.Single(answer.Content.Headers.Allow));
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
    public async Task Every_listener_is_on_loopback_and_neither_keys_nor_events_can_be_read_by_others_also_after_a_rotation()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var target = await FunctionServer.StartAsync(_ => new Answer(204));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("relay", target.Url), Yaml.Relay("hello", target.Url), Yaml.Publishers());
        await using var byHand = await UpProcess.ByHandAsync(FnMeshProgram.BuiltProgram("hello", "hello"), mesh.Folder.Path, "hello-v1");
        var pids = MarkedProcesses.Find(mesh.Up.Mark).Concat(MarkedProcesses.Find(byHand.Mark)).ToHashSet();
        Assert.Contains(mesh.Up.Id, pids);
        Assert.Contains(byHand.Id, pids);
        Assert.All(Listeners.Of(pids), address => Assert.True(IPAddress.IsLoopback(address), $"{address} is no loopback address"));
        Assert.True(Listeners.Of(pids).Count >= 6);

        await mesh.PublishAsync("test.private", "1");
        var before = SecretsOf(mesh);
        Assert.All(["authority.json", "credentials.json", "tokens.json", "user.token", "policy.json", "endpoints.json", "broker.db", "broker.db-wal", "spans.db"], name => Assert.Contains(before, file => Path.GetFileName(file) == name));
        Assert.All(before, OwnersAlone);

        // Files of everybody are replaced, and tokens are written again.
        var key = File.ReadAllText(mesh.Folder[".fnmesh/tokens/apps/relay.token"]);
        Assert.Equal(0, (await mesh.CommandAsync("identity", "rotate", "--authority")).Code);
        Assert.NotEqual(key, File.ReadAllText(mesh.Folder[".fnmesh/tokens/apps/relay.token"]));
        Assert.All(SecretsOf(mesh), OwnersAlone);
    }

    private static string[] SecretsOf(Mesh mesh) =>
    [
        .. new[] { "control", "nodes", "tokens" }.SelectMany(folder => Directory.GetFiles(mesh.Folder[$".fnmesh/{folder}"], "*", SearchOption.AllDirectories)),
        .. Directory.GetFiles(mesh.Folder[".fnmesh"], "*.db*"),
    ];

    [UnsupportedOSPlatform("windows")]
    private static void OwnersAlone(string file) => Assert.True(!File.Exists(file) || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), $"{file} is open to others");

    private static async Task RefusedAsync(Uri door, X509Certificate2? certificate, string who)
    {
        var answer = await Record.ExceptionAsync(() => AskAsync(door, certificate));
        Assert.True(answer is HttpRequestException, $"who is {who} was not refused at {door}: {answer?.ToString() ?? "it was served"}");
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

    /// <param name="mesh">The mesh.</param>
    /// <param name="name">How the node's name begins.</param>
    private static async Task<Uri> FunctionAsync(Mesh mesh, string name)
    {
        using var nodes = JsonDocument.Parse(await mesh.Http.GetStringAsync(new Uri(mesh.Up.Control, "/api/v1/nodes")));
        return new Uri(nodes.RootElement.GetProperty("items").EnumerateArray().Single(node => node.GetProperty("name").GetString()!.StartsWith(name, StringComparison.Ordinal)).GetProperty("address").GetString()!);
    }
}
