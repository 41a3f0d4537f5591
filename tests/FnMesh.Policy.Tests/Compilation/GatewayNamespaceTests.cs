namespace FnMesh.Policy.Tests.Compilation;

public class GatewayNamespaceTests
{
    private static readonly string App = Policies.App("app", "app-v1").Replace("name: app }", "name: app, namespace: team }", StringComparison.Ordinal);

    [Theory]
    [InlineData("", false)]
    [InlineData(", allowedRoutes: { kinds: [ { kind: HTTPRoute } ] }", false)]
    [InlineData(", allowedRoutes: { namespaces: { from: Same } }", false)]
    [InlineData(", allowedRoutes: { namespaces: { from: All } }", true)]
    public void A_listener_takes_routes_of_another_namespace_when_it_says_so(string allowed, bool isTaken)
    {
        var compilation = Policies.Compile(App, Gateway("public", "default", Listener("a", 80, allowed)), Route("route", "team", "{ name: public, namespace: default }"));
        var route = Assert.Single(compilation.Snapshot!.Routes);
        Assert.Equal(isTaken ? ["public/a"] : [], route.Parents);
        Assert.Equal(isTaken, route.IsFromOutside);
        if (isTaken) Assert.Empty(compilation.Diagnostics);
        else Assert.Equal(
            ("FNM1242", "no listener of the Gateway 'public' accepts HTTPRoute 'route.team', so it gets no call there: 'a' takes routes of the namespace 'default' alone; 'allowedRoutes' with 'namespaces: { from: All }' lets in others"),
            (Assert.Single(compilation.Diagnostics).Code, compilation.Diagnostics[0].Message));
    }

    [Fact]
    public void A_Gateway_without_a_namespace_is_of_the_route_s_own()
    {
        var compilation = Policies.Compile(
            App, Gateway("public", "default", Listener("a", 80)), Gateway("public", "team", Listener("a", 81)), Route("route", "team", "{ name: public }, { kind: Gateway, name: public, namespace: default }"));
        Assert.Equal(["public", "public.team"], compilation.Snapshot!.Gateways!.Value.Select(gateway => gateway.Name));
        Assert.Equal(["public.team/a"], Assert.Single(compilation.Snapshot.Routes).Parents);
        Assert.Equal("FNM1242", Assert.Single(compilation.Diagnostics).Code);
    }

    [Fact]
    public void A_Gateway_of_another_namespace_is_told() =>
        Assert.Equal(
            ("FNM1203", "there is no parent 'public.team'; there is one in the namespace 'default': add 'namespace'"),
            Assert.Single(Policies.Compile(App, Gateway("public", "default", Listener("a", 80)), Route("route", "team", "{ name: public }")).Diagnostics.Select(found => (found.Code, found.Message))));

    [Fact]
    public void Every_namespace_attaches_to_the_edge_and_to_what_its_Gateway_adds_when_that_says_so()
    {
        const string All = ", allowedRoutes: { namespaces: { from: All } }";
        var routes = Policies.Compile(App, Gateway("edge", "default", Listener("own", 80), Listener("open", 81, All)), Route("route", "team", "{ name: edge }"), Route("named", "team", "{ name: edge, namespace: default, sectionName: gateway-port }")).Snapshot!.Routes;
        Assert.Equal([("named.team", "edge"), ("route.team", "edge, edge/open")], routes.Select(route => (route.Name, string.Join(", ", route.Parents))));
    }

    [Fact]
    public void Only_default_has_a_Gateway_that_is_called_edge() =>
        Assert.Equal("FNM1202", Assert.Single(Policies.Compile(Gateway("edge", "team", Listener("a", 80))).Diagnostics).Code);

    [Theory]
    [InlineData("[ a.example ]", "public/a")]
    [InlineData("[ c.b.example ]", "public/b")]
    [InlineData("[ a.example, c.b.example ]", "public/a, public/b")]
    [InlineData("", "public/a, public/b")]
    [InlineData("[ other.example ]", null)]
    public void What_a_route_hands_on_reaches_the_listeners_that_have_the_other_s_hosts(string hosts, string? parents)
    {
        var outer = Route("outer", "default", "{ name: public }").Replace("{ name: app }", "{ kind: HTTPRoute, name: inner, namespace: team }", StringComparison.Ordinal);
        var inner = Route("inner", "team", "{ kind: HTTPRoute, name: outer, namespace: default }");
        if (hosts.Length > 0) inner = inner.Replace("spec: { ", $"spec: {{ hostnames: {hosts}, ", StringComparison.Ordinal);
        var compilation = Policies.Compile(App, Gateway("public", "default", Listener("a", 80, ", hostname: a.example"), Listener("b", 80, ", hostname: '*.b.example'")), outer, inner);
        var handed = compilation.Snapshot!.Routes.SingleOrDefault(route => route.Name == "inner.team");
        Assert.Equal(parents, handed is null ? null : string.Join(", ", handed.Parents));
        Assert.Equal(parents is null ? ["FNM1409"] : [], compilation.Diagnostics.Select(found => found.Code));
    }

    [Fact]
    public void Routes_for_members_of_two_namespaces_take_no_call_from_one_another() =>
        Assert.Empty(Policies.Compile(App, Policies.App("app", "app-v1"), Route("a", "default", "{ name: mesh }"), Route("b", "team", "{ name: mesh }")).Diagnostics);

    private static string Listener(string name, int port, string more = "") => $"{{ name: {name}, port: {port}, protocol: HTTP{more} }}";

    private static string Gateway(string name, string ns, params string[] listeners) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: { name: {{name}}, namespace: {{ns}} }
        spec: { listeners: [ {{string.Join(", ", listeners)}} ] }
        """;

    private static string Route(string name, string ns, string parents) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: {{name}}, namespace: {{ns}} }
        spec: { parentRefs: [ {{parents}} ], rules: [ { backendRefs: [ { name: app } ] } ] }
        """;
}
