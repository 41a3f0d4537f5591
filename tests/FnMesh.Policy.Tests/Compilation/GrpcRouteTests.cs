using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public class GrpcRouteTests
{
    private static readonly string App = Policies.App("app", "app-v1");

    [Fact]
    public void A_GRPCRoute_and_its_rules_are_targets_of_policies_beside_an_HTTPRoute_of_its_name()
    {
        var compiled = Policies.Compile(
            App,
            Route("backendRefs: [ { name: app } ]"),
            Route("backendRefs: [ { name: app } ]").Replace("GRPCRoute", "HTTPRoute", StringComparison.Ordinal),
            Policies.Traffic("times", "{ targetRefs: [ { kind: GRPCRoute, name: one, sectionName: rule } ], timeouts: { request: 7s } }"),
            """
            apiVersion: fnmesh.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: { name: who }
            spec: { targetRefs: [ { kind: GRPCRoute, name: one } ], action: DENY, rules: [ { to: [ { operations: [ call ] } ] } ] }
            """);

        var routes = compiled.Snapshot!.Routes;
        Assert.Equal([AuthorizationTargetKind.HttpRoute, AuthorizationTargetKind.GrpcRoute], routes.Select(route => route.Kind));
        Assert.Equal([100, 7], routes.Select(route => route.Rules[0].Backends[0].Resilience.Request!.Value.TotalSeconds));
        Assert.Equal(new AuthorizationTarget(AuthorizationTargetKind.GrpcRoute, "one", null), Assert.Single(compiled.Snapshot.Authorization).Target);
        Assert.Equal("7s", compiled.Ways.Single(way => way.Kind == "GRPCRoute").Fields[0].Value);
    }

    [Theory]
    [InlineData("{ service: shop.Prices, method: Get }", PathMatchType.Exact, "/shop.Prices/Get", null)]
    [InlineData("{ service: shop.Prices }", PathMatchType.PathPrefix, "/shop.Prices", null)]
    [InlineData("{ method: Get }", PathMatchType.PathPrefix, "/", "Get")]
    [InlineData("{ type: RegularExpression, service: 'shop[.].*' }", PathMatchType.RegularExpression, "/(?:shop[.].*)/(?:[^/]+)", null)]
    public void Service_and_method_become_a_path(string method, PathMatchType type, string path, string? called)
    {
        var match = Policies.Compile(App, Route($"matches: [ {{ method: {method} }} ], backendRefs: [ {{ name: app }} ]")).Snapshot!.Routes[0].Rules[0].Matches[0];
        Assert.Equal((type, path, called, true), (match.PathType, match.Path, match.GrpcMethod, match.IsGrpc));
    }

    [Fact]
    public void Calls_of_gRPC_have_sessions_like_others()
    {
        var session = Policies.Compile(App, Route("sessionPersistence: { type: Header, sessionName: x-shop }, backendRefs: [ { name: app } ]")).Snapshot!.Routes[0].Rules[0].Session!;

        Assert.Equal((SessionType.Header, "x-shop"), (session.Type, session.Name));
    }

    [Theory]
    [InlineData("matches: [ { method: {} } ]", "FNM1104")]
    [InlineData("matches: [ { method: { service: a/b } } ]", "FNM1107")]
    [InlineData("matches: [ { method: { type: RegularExpression, method: '(' } } ]", "FNM1213")]
    [InlineData("matches: [ { path: { value: / } } ]", "FNM1103")]
    [InlineData("timeouts: { request: 1s }", "FNM1103")]
    [InlineData("filters: [ { type: URLRewrite, urlRewrite: { hostname: a.example } } ]", "FNM1109")]
    public void What_a_GRPCRoute_has_not_is_refused(string rule, string code) =>
        Assert.Contains(code, Policies.Compile(App, Route(rule + ", backendRefs: [ { name: app } ]")).Diagnostics.Select(found => found.Code));

    private static string Route(string rule) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: GRPCRoute
        metadata: { name: one }
        spec: { parentRefs: [ { name: edge } ], rules: [ { name: rule, {{rule}} } ] }
        """;
}
