namespace FnMesh.Policy.Tests.Compilation;

public class BodyBytesTests
{
    private static readonly string App = Policies.App("app", "app-v1");

    [Fact]
    public void The_most_specific_bound_holds_and_knows_the_policy_and_the_target_that_it_comes_from()
    {
        var compiled = Policies.Compile(
            App,
            Policies.Route("route", "{ name: rule, backendRefs: [ { name: app } ] }"),
            Policies.Traffic("everybody", "{ targetRefs: [ { kind: Mesh } ], limits: { bodyBytes: 5 }, retry: { bodyBytes: 6 } }"),
            Policies.Traffic("rule", "{ targetRefs: [ { kind: HTTPRoute, name: route, sectionName: rule } ], limits: { bodyBytes: 7 } }"));

        var direct = compiled.Snapshot!.Apps[0].Resilience;
        Assert.Equal((5, "everybody", "the mesh", 6), (direct.Body!.Most, direct.Body.Source.Policy, direct.Body.Source.Target, direct.RetryBodyBytes));
        Assert.Null(direct.Limits);
        var routed = compiled.Snapshot.Routes[0].Rules[0].Backends[0].Resilience;
        Assert.Equal((7, "rule", "HTTPRoute route rule rule", 6), (routed.Body!.Most, routed.Body.Source.Policy, routed.Body.Source.Target, routed.RetryBodyBytes));
    }

    [Fact]
    public void Deliveries_have_no_part_in_what_is_said_of_bodies()
    {
        var compiled = Policies.Compile(
            App,
            Policies.Subscription("orders", "{ sink: { ref: { name: app }, uri: /events } }"),
            Policies.Traffic("everybody", "{ targetRefs: [ { kind: Mesh } ], limits: { bodyBytes: 5 }, retry: { bodyBytes: 6 } }"));

        var delivery = compiled.Snapshot!.Subscriptions[0].Sink.Backends[0].Resilience;
        Assert.Equal((null, null), (delivery.Body, delivery.RetryBodyBytes));
        Assert.Contains(compiled.Ways.Single(way => way is { Kind: "Subscription", App: not null }).Fields, field => field is { Field: "limits.bodyBytes", Value: "none", Origin: null });
    }

    [Theory]
    [InlineData("{ targetRefs: [ { kind: Subscription, name: orders } ], limits: { bodyBytes: 5 } }", "FNM1252")]
    [InlineData("{ targetRefs: [ { kind: Subscription, name: orders } ], retry: { bodyBytes: 5 } }", "FNM1252")]
    [InlineData("{ targetRefs: [ { kind: Broker } ], limits: { bodyBytes: 5 } }", "FNM1251")]
    [InlineData("{ targetRefs: [ { kind: Mesh } ], limits: { bodyBytes: -1 } }", "FNM1111")]
    [InlineData("{ targetRefs: [ { kind: Mesh } ], retry: { bodyBytes: 1048577 } }", "FNM1111")]
    public void What_cannot_be_said_of_bodies_is_refused(string policy, string code)
    {
        var compiled = Policies.Compile(App, Policies.Subscription("orders", "{ sink: { ref: { name: app }, uri: /events } }"), Policies.Traffic("wrong", policy));

        Assert.Equal([code], compiled.Diagnostics.Select(found => found.Code));
    }

    [Fact]
    public void A_route_says_nothing_of_bodies_itself() =>
        Assert.Equal(["FNM1103"], Policies.Compile(App, Policies.Route("route", "{ retry: { bodyBytes: 5 }, backendRefs: [ { name: app } ] }")).Diagnostics.Select(found => found.Code));
}
