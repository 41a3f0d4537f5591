using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public class LimitsTests
{
    [Fact]
    public void A_limit_knows_the_policy_and_the_target_that_it_comes_from()
    {
        var compilation = Policies.Compile(
            Policies.App("app", "app-v1"),
            Policies.App("other", "other-v1"),
            Policies.Route("route", "{ name: rule, backendRefs: [ { name: app }, { name: other } ] }"),
            Policies.Traffic("everybody", "{ targetRefs: [ { kind: Mesh } ], limits: { requestsPerSecond: 100, per: principal } }"),
            Policies.Traffic("apps", "{ targetRefs: [ { kind: FunctionApp, name: app }, { kind: FunctionApp, name: other } ], limits: { inFlight: 5 } }"),
            Policies.Traffic("rule", "{ targetRefs: [ { kind: HTTPRoute, name: route, sectionName: rule } ], limits: { burst: 7, per: target } }"));

        Assert.NotNull(compilation.Snapshot);
        var direct = compilation.Snapshot.Apps[0].Resilience.Limits!;
        Assert.Equal((LimitPer.Principal, 100, 100, "everybody", "the mesh"), (direct.Per, direct.Rate!.PerSecond, direct.Rate.Burst, direct.Rate.Source.Policy, direct.Rate.Source.Target));
        Assert.Equal((5, "apps", "FunctionApp app"), (direct.InFlight!.Most, direct.InFlight.Source.Policy, direct.InFlight.Source.Target));
        var routed = compilation.Snapshot.Routes[0].Rules[0].Backends[1].Resilience.Limits!;
        Assert.Equal((LimitPer.Target, 7, "FunctionApp other"), (routed.Per, routed.Rate!.Burst, routed.InFlight!.Source.Target));
    }

    [Fact]
    public void A_header_goes_with_the_per_that_named_it()
    {
        var compilation = Policies.Compile(
            Policies.App("app", "app-v1"),
            Policies.Traffic("everybody", "{ targetRefs: [ { kind: Mesh } ], limits: { requestsPerSecond: 100, per: header, header: X-Tenant } }"),
            Policies.Traffic("app", "{ targetRefs: [ { kind: FunctionApp, name: app } ], limits: { per: principal } }"));

        Assert.Null(compilation.Snapshot!.Apps[0].Resilience.Limits!.Header);
    }

    [Fact]
    public void The_mesh_says_how_much_a_gateway_carries()
    {
        Assert.Null(Policies.Compile("{ apiVersion: fnmesh.dev/v1alpha1, kind: Mesh, metadata: { name: m } }").Snapshot!.InFlight);
        Assert.Equal(400, Policies.Compile("{ apiVersion: fnmesh.dev/v1alpha1, kind: Mesh, metadata: { name: m }, spec: { limits: { inFlight: 400 } } }").Snapshot!.InFlight);
    }
}
