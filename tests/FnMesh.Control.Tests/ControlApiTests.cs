using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FnMesh.Node.Http;
using FnMesh.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace FnMesh.Control.Tests;

public sealed class ControlApiTests : IAsyncLifetime
{
    private static readonly PolicyCompilation Policy = PolicyCompiler.Compile([
        new PolicySource("policies/a.yaml", PolicyDirectory.App("orders")),
        new PolicySource("policies/mesh.yaml", "apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\n")]);

    private readonly WebApplication _server;
    private PolicyCompilation? _live = Policy;
    private HttpClient _client = null!;

    public ControlApiTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.UseLoopbackHosts();
        _server.UseRoutingProblems();
        _server.MapControl(() => _live is not { } live ? null : new MeshState(
            "shop", new Uri("http://127.0.0.1:7071"), new Uri("http://127.0.0.1:7070"), new Uri("https://127.0.0.1:7444"), [new Uri("https://127.0.0.1:7443")], live.Snapshot!.Hash, live.Resources, Folder: null, Ready: true));
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_server.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_mesh_is_told_with_its_addresses_and_policy() => Assert.Equal(
        $$"""{"mesh":"shop","gateway":"http://127.0.0.1:7071","control":"http://127.0.0.1:7070","node":"https://127.0.0.1:7444","meshListeners":["https://127.0.0.1:7443"],"policy":"{{Policy.Snapshot!.Hash}}","folder":null}""",
        await _client.GetStringAsync("/api/v1/mesh"));

    [Fact]
    public async Task Before_the_first_policy_nothing_is_ready()
    {
        _live = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _client.GetAsync("/api/v1/mesh")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _client.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _client.GetAsync("/api/v1/resources")).StatusCode);
    }

    [Theory]
    [InlineData("functionapp")]
    [InlineData("FunctionApps")]
    public async Task Resources_of_a_kind_are_told_as_written(string kind) => Assert.Equal(
        """{"items":[{"apiVersion":"fnmesh.dev/v1alpha1","kind":"FunctionApp","namespace":"default","name":"orders","origin":"policies/a.yaml:1:1","resource":{"apiVersion":"fnmesh.dev/v1alpha1","kind":"FunctionApp","metadata":{"name":"orders"},"spec":{"revisions":[{"name":"orders-v1","run":{"url":"http://127.0.0.1:9"}}]}},"yaml":"apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata:\n  name: orders\nspec:\n  revisions:\n    - name: orders-v1\n      run:\n        url: http://127.0.0.1:9\n"}]}""",
        await _client.GetStringAsync($"/api/v1/resources/{kind}"));

    [Fact]
    public async Task One_named_resource_is_the_item_itself() => Assert.StartsWith(
        """{"apiVersion":"fnmesh.dev/v1alpha1","kind":"Mesh","namespace":"default","name":"shop","origin":"policies/mesh.yaml:1:1",""",
        await _client.GetStringAsync("/api/v1/resources/meshes/shop"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("/api/v1/resources/mesh/other")]
    [InlineData("/api/v1/resources/pods")]
    [InlineData("/nowhere")]
    public async Task What_is_not_there_is_a_problem(string path)
    {
        var answer = await _client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_path_that_takes_another_method_names_it()
    {
        using var answer = await _client.PostAsync("/api/v1/mesh", null);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET"), (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("there is no POST /api/v1/mesh; the path takes GET", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("localhost:7070", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:7070", HttpStatusCode.OK)]
    [InlineData("attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost.attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("192.168.0.1", HttpStatusCode.Forbidden)]
    public async Task Only_loopback_hosts_are_answered(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = host } };
        Assert.Equal(expected, (await _client.SendAsync(request)).StatusCode);
    }
}
