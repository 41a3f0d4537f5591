using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using FnMesh.Policy.Declarations;

namespace FnMesh.Gateway.Tests.Routing;

public sealed class UnroutedCallsTests
{
    private const string ForTheMesh = "function place of orders has this route, for the mesh alone; give it AuthorizationLevel.Anonymous or write an HTTPRoute";
    private const string Keys = "function audit of orders has this route, and its level Admin needs keys, which are not there yet; give it AuthorizationLevel.Anonymous or write an HTTPRoute";
    private static readonly string Files = Yaml.App("orders", new Uri("http://127.0.0.1:1"));

    private static readonly DeclaredFunction[] Functions =
    [
        new() { Name = "place", Trigger = DeclaredTrigger.Http, Route = "orders/{id}", Methods = ["PUT"] },
        new() { Name = "audit", Trigger = DeclaredTrigger.Http, Route = "audit", Level = "admin" },
        new() { Name = "list", Trigger = DeclaredTrigger.Http, Route = "orders", Methods = ["GET"], Level = "anonymous" },
    ];

    [Theory]
    [InlineData("PUT", "/orders/7", ForTheMesh)]
    [InlineData("DELETE", "/audit", Keys)]
    [InlineData("POST", "/orders/7", null)]
    [InlineData("GET", "/orders", null)]
    [InlineData("GET", "/", null)]
    public void A_path_that_a_function_has_is_explained(string method, string path, string? sentence) => Assert.Equal(sentence, Of(attributeRoutes: true).Explain(method, path));

    [Fact]
    public void Where_levels_make_no_routes_that_is_said() =>
        Assert.Equal("function list of orders has this route, and levels make no routes here; write an HTTPRoute on edge, or edge.attributeRoutes: true in the Mesh", Of(attributeRoutes: false).Explain("GET", "/orders"));

    [Fact]
    public void A_function_with_a_written_route_of_its_own_is_no_explanation() =>
        Assert.Null(Of(attributeRoutes: true, Yaml.Route("/put", "orders").Replace("orders-route", "orders-place", StringComparison.Ordinal)).Explain("PUT", "/orders/7"));

    [Fact]
    public async Task A_caller_from_outside_is_told_what_the_function_lacks()
    {
        await using var edge = await Edge.StartAsync(Files);
        edge.Apply(Policy(attributeRoutes: true).Snapshot!);

        using var request = new HttpRequestMessage(HttpMethod.Put, "/orders/7");
        using var answer = await edge.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains($"no HTTPRoute on edge matches PUT /orders/7 for host 127.0.0.1: {ForTheMesh}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static UnroutedCalls Of(bool attributeRoutes, string more = "") => UnroutedCalls.Of(Policy(attributeRoutes, more).Snapshot!);

    private static PolicyCompilation Policy(bool attributeRoutes, string more = "")
    {
        var compiled = DeclaredPolicy.Compile([new PolicySource("p.yaml", Files + more)], [new Declaration("orders", "orders-v1", [.. Functions])], attributeRoutes);
        Assert.Empty(compiled.Faults);
        Assert.NotNull(compiled.Compilation.Snapshot);
        return compiled.Compilation;
    }
}
