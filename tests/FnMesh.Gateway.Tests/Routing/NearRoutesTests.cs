using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Routing;

public sealed class NearRoutesTests
{
    private const string AddRule = "; add a rule, or look at `fnmesh get httproutes`";

    private static readonly string Files = Yaml.App("orders", new Uri("http://127.0.0.1:1")) + """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: all }
        spec:
          parentRefs: [ { name: edge } ]
          rules:
            - matches:
                - { path: { type: Exact, value: /orders }, method: PUT }
                - { path: { type: Exact, value: /orders }, method: GET }
                - { path: { type: PathPrefix, value: /api/Prices } }
              backendRefs: [ { name: orders } ]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: elsewhere }
        spec:
          parentRefs: [ { name: edge } ]
          hostnames: [ "*.example.com" ]
          rules: [ { matches: [ { path: { type: Exact, value: /stock } } ], backendRefs: [ { name: orders } ] } ]
        """;

    [Theory]
    [InlineData("DELETE", "/orders", ": HTTPRoute all takes this path by GET, PUT and not by DELETE")]
    [InlineData("GET", "/Orders", ": HTTPRoute all is for /orders, and the case of letters counts in paths")]
    [InlineData("GET", "/api/orders", ": HTTPRoute all is for /orders, without /api at its start")]
    [InlineData("GET", "/prices/7", ": HTTPRoute all is for /api/Prices, with /api at its start")]
    [InlineData("GET", "/api/Pricesless", AddRule)]
    [InlineData("GET", "/stock/7", AddRule)]
    [InlineData("GET", "/Stock", AddRule)]
    public async Task A_caller_that_finds_no_route_is_told_what_differs_from_the_nearest(string method, string path, string end)
    {
        await using var edge = await Edge.StartAsync(Files);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await edge.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal($"no HTTPRoute on edge matches {method} {path} for host 127.0.0.1{end}", problem.GetProperty("detail").GetString());
    }
}
