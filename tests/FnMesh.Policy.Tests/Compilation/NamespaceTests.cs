using FnMesh.Policy.Declarations;
using FnMesh.Policy.Editing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public class NamespaceTests
{
    private const string Grant = "apiVersion: gateway.networking.k8s.io/v1\nkind: ReferenceGrant\nmetadata: { name: grant, namespace: team-a }\nspec: { from: [ { kind: HTTPRoute, namespace: default } ], to: [ { kind: FunctionApp, name: app } ] }";

    private static readonly string Own = Policies.App("app", "app-v1");
    private static readonly string Theirs = In("team-a", Policies.App("app", "app-v1"));
    private static readonly string Abroad = Policies.Route("abroad", "{ backendRefs: [ { name: app, namespace: team-a } ] }");

    [Fact]
    public void Two_namespaces_have_an_app_and_a_revision_of_one_name_each()
    {
        var apps = Compiled(Own, Theirs).Apps;
        Assert.Equal(["app", "app.team-a"], apps.Select(app => app.Name));
        Assert.Equal(["app-v1", "app-v1.team-a"], apps.Select(app => Assert.Single(app.Revisions).Name));
    }

    [Fact]
    public void A_name_without_a_namespace_is_of_the_document_s_own() =>
        Assert.Equal("app.team-a", Assert.Single(Assert.Single(Compiled(Own, Theirs, In("team-a", Policies.Route("route", "{ backendRefs: [ { name: app } ] }"))).Routes).Rules[0].Backends).App);

    [Fact]
    public void A_backend_in_another_namespace_is_none_until_that_lets_it_in()
    {
        var refused = Policies.Compile(Own, Theirs, Abroad);
        Assert.Equal("FNM1407", Assert.Single(refused.Diagnostics).Code);
        var rule = Assert.Single(Assert.Single(refused.Snapshot!.Routes).Rules);
        Assert.Empty(rule.Backends);
        Assert.Equal(new InvalidBackendEntry("app.team-a", 1), Assert.Single(rule.InvalidBackends!.Value));

        var granted = Policies.Compile(Own, Theirs, Abroad, Grant);
        Assert.Empty(granted.Diagnostics);
        Assert.Equal("app.team-a", Assert.Single(Assert.Single(granted.Snapshot!.Routes).Rules[0].Backends).App);
    }

    [Theory]
    [InlineData("namespace: default }", "namespace: team-b }")]
    [InlineData("kind: HTTPRoute", "kind: GRPCRoute")]
    [InlineData("name: app }", "name: other }")]
    [InlineData("name: grant, namespace: team-a", "name: grant, namespace: team-b")]
    public void A_grant_for_others_lets_nobody_else_in(string written, string instead) =>
        Assert.Equal("FNM1407", Assert.Single(Policies.Compile(Own, Theirs, Abroad, Grant.Replace(written, instead, StringComparison.Ordinal)).Diagnostics).Code);

    [Fact]
    public void A_grant_for_an_app_holds_for_its_revisions() =>
        Assert.Empty(Policies.Compile(Own, Theirs, Grant, Policies.Route("abroad", "{ backendRefs: [ { name: app-v1, namespace: team-a } ] }")).Diagnostics);

    [Fact]
    public void What_a_namespace_says_stands_between_the_mesh_and_the_app()
    {
        string[] policies =
        [
            Own, Theirs, In("team-a", Policies.App("patient", "patient-v1")),
            Policies.Traffic("mesh", "{ targetRefs: [ { kind: Mesh } ], timeouts: { request: 1s }, retry: { attempts: 3 } }"),
            Policies.Traffic("theirs", "{ targetRefs: [ { kind: Namespace, name: team-a } ], timeouts: { request: 2s } }"),
            In("team-a", Policies.Traffic("own", "{ targetRefs: [ { kind: FunctionApp, name: patient } ], timeouts: { request: 3s } }")),
        ];
        Assert.Equal(
            [("app", 1, 3), ("app.team-a", 2, 3), ("patient.team-a", 3, 3)],
            Compiled(policies).Apps.Select(app => (app.Name, (int)app.Resilience.Request!.Value.TotalSeconds, app.Resilience.RetryAttempts)));
    }

    [Fact]
    public void A_delivery_outside_takes_what_the_subscription_s_namespace_says()
    {
        var policy = Compiled(
            In("team-a", Policies.Subscription("out", "{ sink: { uri: 'http://example.com/' } }")),
            In("team-a", Policies.Traffic("all", "{ targetRefs: [ { kind: Namespace, name: team-a } ], timeouts: { request: 2s } }")));
        Assert.Equal(TimeSpan.FromSeconds(2), Assert.Single(policy.Subscriptions).Sink.Resilience!.Request);
    }

    [Fact]
    public void What_a_function_of_a_namespace_declares_is_of_that_namespace()
    {
        var declared = new Declaration("app.team-a", "app-v1.team-a", [new DeclaredFunction { Name = "count", Trigger = DeclaredTrigger.Event, Target = "/x" }, new DeclaredFunction { Name = "show", Trigger = DeclaredTrigger.Http, Route = "show", Level = "anonymous" }]);
        var compiled = DeclaredPolicy.Compile([new PolicySource("p.yaml", $"{Own}\n---\n{Theirs}")], [declared], attributeRoutes: true);
        Assert.Empty(compiled.Faults);
        var policy = compiled.Compilation.Snapshot!;
        Assert.Equal(("app-count.team-a", "app.team-a"), (Assert.Single(policy.Subscriptions).Name, policy.Subscriptions[0].Sink.Backends[0].App));
        Assert.Equal(("app-show.team-a", "app.team-a"), (Assert.Single(policy.Routes).Name, policy.Routes[0].Rules[0].Backends[0].App));
    }

    [Fact]
    public void A_split_is_written_into_the_app_of_the_namespace_that_is_meant()
    {
        var both = string.Join("\n---\n", Policies.App("app", "v1", "v2"), In("team-a", Policies.App("app", "v1", "v2")));
        var text = TrafficText.Rewrite(new PolicySource("p.yaml", both), "app.team-a", [new("v1.team-a", 90), new("v2.team-a", 10)], out var fault);
        Assert.Null(fault);
        Assert.Equal([0, 2], PolicyCompiler.Compile([new PolicySource("p.yaml", text!)]).Snapshot!.Apps.Select(app => app.Traffic.Length));
    }

    [Fact]
    public void Equal_matches_go_by_namespace_then_name() =>
        Assert.Equal(
            ["z.a-team", "b", "a.team-a"],
            Compiled(Own, Policies.Route("b", "{ backendRefs: [ { name: app } ] }"), Theirs, In("team-a", Policies.Route("a", "{ backendRefs: [ { name: app } ] }")), In("a-team", Policies.Route("z", "{ }")))
                .Routes.Select(route => route.Name));

    private static PolicySnapshot Compiled(params string[] documents)
    {
        var compilation = Policies.Compile(documents);
        Assert.DoesNotContain(compilation.Diagnostics, found => found.Severity == Severity.Error);
        return compilation.Snapshot!;
    }

    private static string In(string ns, string document)
    {
        const string Metadata = "metadata: { ";
        return document.Replace(Metadata, $"{Metadata}namespace: {ns}, ", StringComparison.Ordinal);
    }
}
