using System.Net;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Listeners;

public sealed class ListenerNamespaceTests : IAsyncLifetime
{
    private const string All = ", allowedRoutes: { namespaces: { from: All } }";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private ScriptedFunction _function = null!;

    public async ValueTask InitializeAsync() => _function = await ScriptedFunction.StartAsync(static (_, _) => Task.CompletedTask);

    public async ValueTask DisposeAsync() => await _function.DisposeAsync();

    [Theory]
    [InlineData("", HttpStatusCode.NotFound)]
    [InlineData(All, HttpStatusCode.OK)]
    public async Task A_listener_serves_routes_of_another_namespace_when_it_says_so(string allowed, HttpStatusCode status)
    {
        await using var edge = await StartAsync(Gateway("default", $"{{ name: one, port: 80, protocol: HTTP{allowed} }}"), Route("route", "{ name: public, namespace: default }", "{ name: app }"));
        Assert.Equal(status, await AskAsync(edge, "any.example"));
    }

    [Fact]
    public async Task A_Gateway_of_a_namespace_serves_the_routes_of_that()
    {
        await using var edge = await StartAsync(Gateway("team", "{ name: one, port: 80, protocol: HTTP }"), Route("route", "{ name: public }", "{ name: app }"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(edge, "any.example"));
    }

    [Fact]
    public async Task A_backend_without_a_grant_takes_its_share_of_the_calls_with_it()
    {
        const string Other = """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: other, namespace: closed }
            spec: { revisions: [ { name: other-v1, run: { url: "http://127.0.0.1:1" } } ] }

            """;
        await using var edge = await StartAsync(
            Other, Gateway("team", "{ name: one, port: 80, protocol: HTTP }"), Route("route", "{ name: public }", "{ name: app, weight: 1 }, { name: other, namespace: closed, weight: 1 }"));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++) answers.Add(await AskAsync(edge, "any.example"));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError], answers.Order());
    }

    [Theory]
    [InlineData("a.example", HttpStatusCode.OK)]
    [InlineData("b.example", HttpStatusCode.NotFound)]
    public async Task What_is_handed_on_at_a_listener_is_for_the_hosts_of_both_routes_and_the_listener(string host, HttpStatusCode status)
    {
        var outer = Route("outer", "{ name: public }", "{ kind: HTTPRoute, name: inner }");
        var inner = Route("inner", "{ kind: HTTPRoute, name: outer }", "{ name: app }").Replace("spec: {", "spec: { hostnames: [ a.example ],", StringComparison.Ordinal);
        await using var edge = await StartAsync(Gateway("team", "{ name: one, port: 80, protocol: HTTP, hostname: a.example }", "{ name: two, port: 80, protocol: HTTP, hostname: b.example }"), outer, inner);
        Assert.Equal(status, await AskAsync(edge, host));
    }

    private Task<Edge> StartAsync(params string[] documents) =>
        Edge.StartAsync(Yaml.App("app", _function.Address).Replace("name: app }", "name: app, namespace: team }", StringComparison.Ordinal) + string.Concat(documents));

    private static async Task<HttpStatusCode> AskAsync(Edge edge, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, edge.AddressOf(80)) { Headers = { Host = host } };
        using var answer = await edge.Client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private static string Gateway(string ns, params string[] listeners) =>
        ListenerYaml.Gateway(listeners).Replace("name: public }", $"name: public, namespace: {ns} }}", StringComparison.Ordinal);

    private static string Route(string name, string parents, string backends) => $$"""
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: {{name}}, namespace: team }
        spec: { parentRefs: [ {{parents}} ], rules: [ { backendRefs: [ {{backends}} ] } ] }

        """;
}
