using System.Diagnostics.Metrics;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Stages;
using FnMesh.Policy;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Stages;

public sealed class NamespaceTests : IDisposable
{
    private const string Ours = "spiffe://mesh.local/ns/default/app/orders";
    private const string Theirs = "spiffe://mesh.local/ns/team-a/app/orders";
    private const string Person = "spiffe://mesh.local/user/ada";

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.Namespaces");

    [Theory]
    [InlineData("pricing", Ours, "pricing")]
    [InlineData("pricing", Person, "pricing")]
    [InlineData("pricing", Theirs, "pricing.team-a")]
    [InlineData("PRICING", Theirs, "pricing.team-a")]
    [InlineData("pricing.default", Theirs, "pricing")]
    [InlineData("pricing.team-a", Ours, "pricing.team-a")]
    [InlineData("pricing.Team-A", Ours, "pricing.team-a")]
    [InlineData("stock", Ours, "stock")]
    public void A_bare_host_is_an_app_of_the_caller_s_namespace(string host, string caller, string app) =>
        Assert.Equal((Verdict.Continue, app), Call(host, caller, App("pricing"), App("pricing", "team-a"), App("stock")));

    [Theory]
    [InlineData("stock", Theirs, "there is no app 'stock' in the namespace 'team-a', and there is one in another: call http://stock.default")]
    [InlineData("billing", Ours, "there is no app 'billing' in the mesh, and there is one in another: call http://billing.team-a")]
    [InlineData("pricng.team-a", Ours, "there is no app 'pricng.team-a' in the namespace 'team-a'; did you mean 'pricing.team-a'?")]
    public void A_name_of_another_namespace_is_not_found_and_told(string host, string caller, string reason) =>
        Assert.Equal((Verdict.NoRoute, reason), Call(host, caller, App("pricing", "team-a"), App("billing", "team-a"), App("stock")));

    [Theory]
    [InlineData("stock", "stock.team-a")]
    [InlineData("pricing.default", "next.team-a")]
    [InlineData("stock.default", "next.team-a")]
    public void A_namespace_leads_the_calls_of_its_own_members(string host, string app)
    {
        string[] policy =
        [
            App("pricing"), App("stock"), App("stock", "team-a"), App("next", "team-a"),
            Route("consumer", "team-a", "{ kind: FunctionApp, name: pricing, namespace: default }, { kind: FunctionApp, name: stock, namespace: default }", "next"),
        ];
        Assert.Equal((Verdict.Continue, app), Call(host, Theirs, policy));
        Assert.Equal((Verdict.Continue, QualifiedName.Read(host)), Call(host, Ours, policy));
    }

    [Fact]
    public void A_route_on_the_mesh_takes_no_call_of_another_namespace()
    {
        string[] policy = [App("pricing"), App("stock", "team-a"), App("next", "team-a"), Route("all", "team-a", "{ name: mesh }", "next")];
        Assert.Equal((Verdict.Continue, "next.team-a"), Call("stock", Theirs, policy));
        Assert.Equal((Verdict.Continue, "next.team-a"), Call("pricing.default", Theirs, policy));
        Assert.Equal((Verdict.Continue, "pricing"), Call("pricing", Ours, policy));
        Assert.Equal((Verdict.Continue, "stock.team-a"), Call("stock.team-a", Ours, policy));
    }

    [Fact]
    public void A_route_on_the_mesh_in_default_is_for_everybody() =>
        Assert.Equal((Verdict.Continue, "next"), Call("stock", Theirs, App("stock", "team-a"), App("next"), Route("all", "default", "{ name: mesh }", "next")));

    [Theory]
    [InlineData("/ours", Theirs, nameof(Verdict.Continue), "next.team-a")]
    [InlineData("/everybody", Theirs, nameof(Verdict.Continue), "pricing")]
    [InlineData("/other", Theirs, nameof(Verdict.NoRoute), "no route that is attached to the app 'pricing.default' matches GET /other, and where routes are attached there is no other way")]
    [InlineData("/everybody", Ours, nameof(Verdict.Continue), "pricing")]
    [InlineData("/ours", Ours, nameof(Verdict.NoRoute), "no route that is attached to the app 'pricing.default' matches GET /ours, and where routes are attached there is no other way")]
    public void Of_the_routes_that_are_attached_to_an_app_one_must_match_and_a_namespace_s_own_comes_first(string path, string caller, string verdict, string said)
    {
        const string Parent = "{ kind: FunctionApp, name: pricing, namespace: default }";
        string[] policy =
        [
            App("pricing"), App("next", "team-a"),
            Route("everybody", "default", Parent, "pricing").Replace("rules: [ {", "rules: [ { matches: [ { path: { value: /everybody } } ],", StringComparison.Ordinal),
            Route("ours", "team-a", Parent, "next").Replace("rules: [ {", "rules: [ { matches: [ { path: { value: /ours } } ],", StringComparison.Ordinal),
            Route("mesh", "default", "{ name: mesh }", "pricing"), Route("mesh", "team-a", "{ name: mesh }", "next"),
        ];
        var found = Call("pricing.default", caller, path, policy);
        Assert.Equal(verdict, $"{found.Verdict}");
        Assert.StartsWith(said, found.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_that_a_namespace_has_for_its_members_calls_to_an_app_is_their_only_way()
    {
        string[] policy = [App("pricing"), App("next", "team-a"), Route("ours", "team-a", "{ kind: FunctionApp, name: pricing, namespace: default }", "next").Replace("rules: [ {", "rules: [ { matches: [ { path: { value: /ours } } ],", StringComparison.Ordinal)];
        Assert.Equal(Verdict.NoRoute, Call("pricing.default", Theirs, "/other", policy).Verdict);
        Assert.Equal((Verdict.Continue, "pricing"), Call("pricing", Ours, "/other", policy));
    }

    [Fact]
    public void A_route_that_is_attached_to_an_app_and_hands_on_nothing_leaves_no_other_way()
    {
        var outer = Route("outer", "default", "{ kind: FunctionApp, name: pricing }", "inner, namespace: team-a, kind: HTTPRoute").Replace("spec: {", "spec: { hostnames: [ a.example ],", StringComparison.Ordinal);
        var inner = Route("inner", "team-a", "{ kind: HTTPRoute, name: outer, namespace: default }", "next").Replace("spec: {", "spec: { hostnames: [ b.example ],", StringComparison.Ordinal);
        Assert.Equal(Verdict.NoRoute, Call("pricing", Ours, App("pricing"), App("next", "team-a"), outer, inner).Verdict);
    }

    [Theory]
    [InlineData("HTTPRoute", "default", "", nameof(Verdict.Continue))]
    [InlineData("HTTPRoute", "default", "name: pricing", nameof(Verdict.Continue))]
    [InlineData("HTTPRoute", "default", "name: other", nameof(Verdict.InvalidBackend))]
    [InlineData("GRPCRoute", "default", "", nameof(Verdict.InvalidBackend))]
    [InlineData("HTTPRoute", "team-b", "", nameof(Verdict.InvalidBackend))]
    [InlineData(null, null, null, nameof(Verdict.InvalidBackend))]
    public void A_backend_of_another_namespace_gets_calls_as_the_ReferenceGrants_there_say(string? kind, string? from, string? to, string verdict)
    {
        var grant = $$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: ReferenceGrant
            metadata: { name: grant, namespace: team-a }
            spec: { from: [ { group: gateway.networking.k8s.io, kind: {{kind}}, namespace: {{from}} } ], to: [ { group: fnmesh.dev, kind: FunctionApp{{(to is { Length: > 0 } ? ", " + to : "")}} } ] }
            """;
        string[] policy = [App("stock"), App("pricing", "team-a"), Route("route", "default", "{ name: mesh }", "pricing, namespace: team-a")];
        Assert.Equal(verdict, $"{Call("stock", Ours, kind is null ? policy : [.. policy, grant]).Verdict}");
    }

    [Fact]
    public void A_policy_on_a_namespace_closes_every_app_in_it()
    {
        string[] policy = [App("pricing"), App("pricing", "team-a"), Allow("team-a", "{ kind: Namespace, name: team-a }", "app/orders")];
        Assert.Equal((Verdict.Continue, "pricing.team-a"), Call("pricing", Theirs, policy));
        Assert.Equal((Verdict.Continue, "pricing"), Call("pricing", Ours, policy));
        var (verdict, reason) = Call("pricing.team-a", Ours, policy);
        Assert.Equal(Verdict.Denied, verdict);
        Assert.StartsWith("no rule on Namespace team-a allows spiffe://mesh.local/ns/default/app/orders to call GET /", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_that_is_closed_must_permit_as_well_as_the_app()
    {
        string[] policy = [App("pricing", "team-a"), Allow("team-a", "{ kind: Namespace, name: team-a }", "app/*"), Allow("team-a", "{ name: pricing }", "ns/default/app/orders")];
        Assert.Equal(Verdict.Denied, Call("pricing.team-a", Ours, policy).Verdict);
        Assert.Equal(Verdict.Denied, Call("pricing", Theirs, policy).Verdict);
    }

    [Fact]
    public void A_route_that_is_handed_calls_is_for_whom_they_are_handed_from_and_its_outer_route_s_policies_hold()
    {
        string[] policy =
        [
            App("pricing"), App("next", "team-a"),
            Route("platform", "default", "{ name: mesh }", "inner, namespace: team-a, kind: HTTPRoute"),
            Route("inner", "team-a", "{ kind: HTTPRoute, name: platform, namespace: default }", "next"),
        ];
        Assert.Equal((Verdict.Continue, "next.team-a"), Call("pricing", Ours, policy));

        var deny = Allow("default", "{ kind: HTTPRoute, name: platform }", "app/orders").Replace("ALLOW", "DENY", StringComparison.Ordinal);
        var (verdict, reason) = Call("pricing", Ours, [.. policy, deny]);
        Assert.Equal(Verdict.Denied, verdict);
        Assert.EndsWith("denies spiffe://mesh.local/ns/default/app/orders to call GET / on HTTPRoute platform", reason, StringComparison.Ordinal);
        Assert.Equal((Verdict.Continue, "next.team-a"), Call("pricing.default", Theirs, [.. policy, deny]));
    }

    public void Dispose() => _meter.Dispose();

    private static string App(string name, string ns = "default") => $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: {{name}}, namespace: {{ns}} }
        spec: { revisions: [ { name: {{name}}-v1, run: { url: "http://127.0.0.1:1" } } ] }
        """;

    private static string Route(string name, string ns, string parents, string app) => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: {{name}}, namespace: {{ns}} }
        spec: { parentRefs: [ {{parents}} ], rules: [ { backendRefs: [ { name: {{app}} } ] } ] }
        """;

    private static string Allow(string ns, string target, string principal) => $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: allow-{{target.GetHashCode(StringComparison.Ordinal) & 0xff}}, namespace: {{ns}} }
        spec: { targetRefs: [ {{target}} ], action: ALLOW, rules: [ { from: [ { principals: [ {{principal}} ] } ] } ] }
        """;

    private (Verdict Verdict, string Said) Call(string host, string caller, params string[] documents) => Call(host, caller, "/", documents);

    private (Verdict Verdict, string Said) Call(string host, string caller, string path, string[] documents)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", string.Join("\n---\n", documents))]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        var table = new TableSwitch(new Instruments(_meter), new Randomness(1), TimeProvider.System);
        table.Swap(table.Bind(compiled.Snapshot));
        var envelope = new Envelope
        {
            Kind = EnvelopeKind.Call,
            Table = table.Current!,
            Started = 0,
            Method = "GET",
            Caller = caller,
            IsFromMesh = true,
            IsFromPerson = caller == Person,
            Host = host.AsMemory(),
            Target = path.AsMemory(),
            PathLength = path.Length,
        };
        foreach (var stage in new IStage[] { new IdentifyStage(), new MatchStage(), new SplitStage(), new AuthorizeStage(new AccessReview(new Instruments(_meter), NullLogger.Instance)) })
        {
            if (stage.Enter(envelope) is not Verdict.Continue and var verdict) return (verdict, envelope.Refusal.Reason!);
        }

        return (Verdict.Continue, envelope.Way!.Backend.App);
    }
}
