using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public class DelegationTests
{
    private static readonly string App = Policies.App("app", "app-v1").Replace("name: app }", "name: app, namespace: team }", StringComparison.Ordinal);
    private static readonly string Platform = Parent("matches: [ { path: { value: /team } } ]");

    [Fact]
    public void A_route_that_is_handed_calls_acts_below_the_path_on_the_parents_of_who_hands_them()
    {
        var routes = Compiled(App, Platform, Child("{ matches: [ { path: { value: /team/prices } }, { path: { type: Exact, value: /team } }, { path: { value: /other } } ], backendRefs: [ { name: app } ] }")).Routes;
        Assert.Equal(["platform", "child.team"], routes.Select(route => route.Name));
        Assert.Empty(routes[0].Rules);
        Assert.Equal(["edge"], routes[1].Parents);
        Assert.Equal([new DelegationEntry("platform", "team")], routes[1].Delegated!.Value);
        Assert.Equal([(PathMatchType.PathPrefix, "/team/prices"), (PathMatchType.Exact, "/team")], Assert.Single(routes[1].Rules).Matches.Select(match => (match.PathType, match.Path)));
        Assert.Equal("default", routes[1].Namespace);
    }

    [Theory]
    [InlineData("/", "/team")]
    [InlineData("/team", "/team")]
    [InlineData("/team/a/b", "/team/a/b")]
    public void A_path_is_cut_to_what_is_below_the_prefix(string written, string acts) =>
        Assert.Equal(acts, Assert.Single(Assert.Single(Compiled(App, Platform, Child($"{{ matches: [ {{ path: {{ value: {written} }} }} ], backendRefs: [ {{ name: app }} ] }}")).Routes[1].Rules).Matches).Path);

    [Theory]
    [InlineData("path: { value: /teams }")]
    [InlineData("path: { type: Exact, value: / }")]
    [InlineData("path: { type: RegularExpression, value: '/team/.*' }")]
    [InlineData("path: { value: /team }, method: POST")]
    public void A_rule_with_nothing_in_common_gets_no_call_and_is_told(string match)
    {
        var compilation = Policies.Compile(App, Parent("matches: [ { path: { value: /team }, method: GET } ]"), Child($"{{ matches: [ {{ {match} }} ], backendRefs: [ {{ name: app }} ] }}"));
        Assert.Equal("FNM1409", Assert.Single(compilation.Diagnostics).Code);
        Assert.Empty(compilation.Snapshot!.Routes[1].Rules);
    }

    [Fact]
    public void What_else_the_two_match_must_hold_together()
    {
        var match = Assert.Single(Assert.Single(Compiled(
            App,
            Parent("matches: [ { path: { value: /team }, method: GET, headers: [ { name: x-b, value: b } ] } ]"),
            Child("{ matches: [ { headers: [ { name: x-a, value: a }, { name: x-b, value: b } ], queryParams: [ { name: q, value: v } ] } ], backendRefs: [ { name: app } ] }")).Routes[1].Rules).Matches);
        Assert.Equal(("/team", "GET"), (match.Path, match.Method));
        Assert.Equal(["x-a", "x-b"], match.Headers.Select(header => header.Name));
        Assert.Equal("q", Assert.Single(match.QueryParams!.Value).Name);
    }

    [Theory]
    [InlineData("", "[ a.example ]", "a.example")]
    [InlineData("[ '*.example' ]", "[ a.example, b.other ]", "a.example")]
    [InlineData("[ a.example ]", "[ '*.example' ]", "a.example")]
    [InlineData("[ a.example ]", "", "a.example")]
    [InlineData("[ a.example ]", "[ b.example ]", null)]
    public void Hosts_are_those_of_both(string outer, string inner, string? common)
    {
        static string With(string route, string hosts) => hosts.Length == 0 ? route : route.Replace("spec: { ", $"spec: {{ hostnames: {hosts}, ", StringComparison.Ordinal);
        var routes = Compiled(App, With(Platform, outer), With(Child("{ backendRefs: [ { name: app } ] }"), inner)).Routes;
        Assert.Equal(common, routes.Length == 1 ? null : Assert.Single(routes[1].Hostnames));
    }

    [Fact]
    public void A_route_that_does_not_agree_is_no_backend()
    {
        var compilation = Policies.Compile(App, Platform, Child("{ backendRefs: [ { name: app } ] }").Replace("{ kind: HTTPRoute, name: platform, namespace: default }", "{ name: mesh }", StringComparison.Ordinal));
        var warning = Assert.Single(compilation.Diagnostics);
        Assert.Equal(("FNM1405", "the HTTPRoute 'child.team' does not agree: it must name 'platform' in its parentRefs, with 'kind: HTTPRoute', so its share of the calls is answered with 500"), (warning.Code, warning.Message));
        Assert.Equal("child.team", Assert.Single(compilation.Snapshot!.Routes[0].Rules[0].InvalidBackends!.Value).Name);
        Assert.Null(compilation.Snapshot.Routes[1].Delegated);
    }

    [Fact]
    public void A_parent_that_hands_nothing_on_is_told() =>
        Assert.Equal("FNM1409", Assert.Single(Policies.Compile(App, Policies.Route("platform", "{ matches: [ { path: { value: /a } } ], filters: [ { type: RequestRedirect, requestRedirect: { hostname: a.b } } ] }"), Child("{ backendRefs: [ { name: app } ] }")).Diagnostics).Code);

    [Theory]
    [InlineData("filters: [ { type: ResponseHeaderModifier, responseHeaderModifier: { remove: [ x ] } } ]", "")]
    [InlineData("matches: [ { path: { type: Exact, value: /team } } ]", "")]
    [InlineData("matches: [ { path: { value: /team } } ]", ", { name: other }")]
    public void Nothing_stands_beside_what_is_handed_on(string rule, string backend) =>
        Assert.Contains("FNM1217", Policies.Compile(App, Parent(rule, backend), Child("{ backendRefs: [ { name: app } ] }")).Diagnostics.Select(found => found.Code));

    [Fact]
    public void A_circle_is_refused()
    {
        var back = Child("{ backendRefs: [ { kind: HTTPRoute, name: platform, namespace: default } ] }");
        var compilation = Policies.Compile(App, Platform.Replace("[ { name: edge } ]", "[ { name: edge }, { kind: HTTPRoute, name: child, namespace: team } ]", StringComparison.Ordinal), back);
        var error = Assert.Single(compilation.Diagnostics);
        Assert.Equal(("FNM1217", "the calls go in a circle: platform → child.team → platform"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void Calls_are_handed_on_eight_times_at_most(int times, bool taken)
    {
        static string Step(int at, bool isLast) => Policies.Route($"r{at}", isLast ? "{ backendRefs: [ { name: app, namespace: team } ] }" : $"{{ backendRefs: [ {{ kind: HTTPRoute, name: r{at + 1} }} ] }}")
            .Replace("[ { name: edge } ]", at == 0 ? "[ { name: edge } ]" : $"[ {{ kind: HTTPRoute, name: r{at - 1} }} ]", StringComparison.Ordinal);
        var compilation = Policies.Compile([App, .. Enumerable.Range(0, times + 1).Select(at => Step(at, at == times))]);
        Assert.Equal(!taken, compilation.Diagnostics.Any(found => found.Code == "FNM1217"));
    }

    [Fact]
    public void What_the_outer_route_says_holds_where_the_inner_says_nothing()
    {
        var resilience = Assert.Single(Compiled(
            App, Parent("matches: [ { path: { value: /team } } ], timeouts: { request: 2s }"), Child("{ retry: { attempts: 4 }, backendRefs: [ { name: app } ] }"),
            Policies.Traffic("outer", "{ targetRefs: [ { kind: HTTPRoute, name: platform } ], retry: { attempts: 3, backoff: 7ms } }"),
            Policies.Traffic("mesh", "{ targetRefs: [ { kind: Mesh } ], timeouts: { request: 9s }, retry: { codes: [ 599 ] } }")).Routes[1].Rules[0].Backends).Resilience;
        Assert.Equal((2, 4, 7), ((int)resilience.Request!.Value.TotalSeconds, resilience.RetryAttempts, (int)resilience.RetryBackoff.TotalMilliseconds));
        Assert.Equal([599], resilience.RetryCodes);
    }

    private static PolicySnapshot Compiled(params string[] documents)
    {
        var compilation = Policies.Compile(documents);
        Assert.DoesNotContain(compilation.Diagnostics, found => found.Severity == Severity.Error);
        return compilation.Snapshot!;
    }

    private static string Parent(string rule, string backend = "") => Policies.Route("platform", $"{{ name: team, {rule}, backendRefs: [ {{ kind: HTTPRoute, name: child, namespace: team }}{backend} ] }}");

    private static string Child(string rule) => Policies.Route("child", rule)
        .Replace("name: child }", "name: child, namespace: team }", StringComparison.Ordinal)
        .Replace("[ { name: edge } ]", "[ { kind: HTTPRoute, name: platform, namespace: default } ]", StringComparison.Ordinal);
}
