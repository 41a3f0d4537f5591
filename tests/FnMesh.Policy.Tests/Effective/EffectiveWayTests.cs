using FnMesh.Policy.Effective;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Effective;

public class EffectiveWayTests
{
    /// <summary>A policy that sets every field.</summary>
    private const string Everything =
        """
        timeouts: { request: 20s, backendRequest: 2s }, retry: { attempts: 3, codes: [ 503 ], backoff: 20ms, unsafeMethods: true, bodyBytes: 31, grpcCodes: [ ABORTED, UNAVAILABLE ] },
        retryConstraint: { budget: { percent: 7, interval: 11s }, minRetryRate: { count: 8, interval: 9s } },
        circuitBreaker: { failureRatio: 0.25, minimumThroughput: 30, window: 12s, breakFor: 6s },
        loadBalancing: { algorithm: LeastRequest, zonePreference: false }, outlierDetection: { consecutiveFailures: 4, ejectFor: 13s, maxEjectedPercent: 40 }, failover: { backendRef: { name: other-v1 } },
        healthCheck: { path: /health, interval: 14s, timeout: 3s, unhealthyThreshold: 5, healthyThreshold: 6, expectedStatuses: [ 204 ] },
        limits: { requestsPerSecond: 70, burst: 80, inFlight: 90, bodyBytes: 91, per: header, header: X-Tenant },
        fault: { delay: { percent: 21, duration: 22ms }, abort: { percent: 23, status: 524, grpcStatus: ABORTED }, headers: [ { name: X-Chaos, value: a } ] },
        idempotency: { keepFor: 25m, required: true }
        """;

    private static readonly string App = Policies.App("app", "app-v1");

    [Fact]
    public void Every_field_that_a_policy_can_set_is_told_with_the_policy_and_its_place()
    {
        var way = Way("FunctionApp", App, Policies.App("other", "other-v1"), Policies.Traffic("all", $"{{ targetRefs: [ {{ kind: FunctionApp, name: app }} ], {Everything.ReplaceLineEndings(" ")} }}"));

        // A field that is new in TrafficFields is to be told, too; a check has a path, so that it has no service.
        Assert.Equal(typeof(TrafficFields).GetProperties().Concat(typeof(BalancingFields).GetProperties()).Concat(typeof(HealthCheckFields).GetProperties())
            .Concat(typeof(LimitFields).GetProperties()).Concat(typeof(FaultFields).GetProperties()).Concat(typeof(IdempotencyFields).GetProperties()).Count(field => field.PropertyType.IsGenericType && field.Name != nameof(HealthCheckFields.GrpcService)), way.Fields.Length);
        Assert.All(way.Fields, field => Assert.Equal(("TrafficPolicy", "all"), (field.Kind, field.Name)));
        Assert.All(way.Fields, field => Assert.Equal("p/mesh.yaml", field.Origin!.Value.File));
        Assert.Equal(way.Fields.Length, way.Fields.Select(field => field.Origin).Distinct().Count());
        Assert.Equal(
            "20s 2s 3 503 20ms true 31 7 11s 8 9s 0.25 30 12s 6s LeastRequest false 4 13s 40 ABORTED, UNAVAILABLE other-v1 70 80 90 header x-tenant 91 21 22ms 23 524 ABORTED x-chaos 25m true /health 14s 3s 5 6 204",
            string.Join(' ', way.Fields.Select(field => field.Value)));
    }

    [Fact]
    public void What_nobody_writes_is_the_default_and_has_no_origin()
    {
        var way = Way("FunctionApp", App);
        Assert.All(way.Fields, field => Assert.Equal((null, null, (Origin?)null), (field.Kind, field.Name, field.Origin)));
        Assert.Equal(["circuitBreaker none", "loadBalancing.algorithm PeakEwma", "loadBalancing.zonePreference true", "outlierDetection.consecutiveFailures 5", "outlierDetection.ejectFor 10s", "outlierDetection.maxEjectedPercent 50", "retry.grpcCodes UNAVAILABLE", "failover none", "limits none", "limits.bodyBytes none", "fault none", "idempotency none", "healthCheck none"], way.Fields[^13..].Select(field => $"{field.Field} {field.Value}"));
        Assert.Equal(("timeouts.backendRequest", "none"), (way.Fields[1].Field, way.Fields[1].Value));
    }

    [Theory]
    [InlineData(0b00001, "TrafficPolicy", "mesh")]
    [InlineData(0b00011, "TrafficPolicy", "app")]
    [InlineData(0b00111, "TrafficPolicy", "route")]
    [InlineData(0b01111, "TrafficPolicy", "rule")]
    [InlineData(0b11111, "HTTPRoute", "one")]
    [InlineData(0b00101, "TrafficPolicy", "route")]
    public void Of_several_that_set_a_field_the_one_that_acts_is_named(int written, string kind, string name)
    {
        (string Name, string Target)[] levels =
            [("mesh", "kind: Mesh"), ("app", "kind: FunctionApp, name: app"), ("route", "kind: HTTPRoute, name: one"), ("rule", "kind: HTTPRoute, name: one, sectionName: first")];
        var policies = levels.Where((_, level) => (written & (1 << level)) != 0)
            .Select((level, n) => Policies.Traffic(level.Name, $"{{ targetRefs: [ {{ {level.Target} }} ], retry: {{ attempts: {n + 2} }} }}"));
        var own = (written & 16) != 0 ? "retry: { attempts: 9 }, " : "";

        var way = Way("HTTPRoute", [App, Policies.Route("one", $"{{ name: first, {own}backendRefs: [ {{ name: app-v1 }} ] }}"), .. policies]);

        Assert.Equal(("one", "first", "app", "app-v1"), (way.Name, way.Rule, way.App, way.Revision));
        var attempts = way.Fields.Single(field => field.Field == "retry.attempts");
        Assert.Equal((kind, name), (attempts.Kind, attempts.Name));
    }

    [Fact]
    public void A_time_that_is_cut_by_another_comes_from_there()
    {
        var way = Way(
            "HTTPRoute",
            App,
            Policies.Traffic("slow", "{ targetRefs: [ { kind: FunctionApp, name: app } ], timeouts: { backendRequest: 9s } }"),
            Policies.Route("one", "{ timeouts: { request: 2s }, backendRefs: [ { name: app } ] }"));
        Assert.All(way.Fields.Take(2), field => Assert.Equal(("2s", "HTTPRoute", "one"), (field.Value, field.Kind, field.Name)));
    }

    [Fact]
    public void A_subscription_tells_what_holds_for_its_deliveries_and_for_each_way()
    {
        var compilation = Policies.Compile(
            Policies.App("app", "app-v1", "app-v2"),
            Policies.Subscription("sub", "{ sink: { backendRefs: [ { name: app-v1 }, { name: app-v2 } ], uri: /e }, delivery: { retry: 4, timeout: 5s, ordered: false, batch: { size: 10 } }, config: { start: { offset: 7 } } }"));
        var ways = compilation.Ways.Where(way => way.Kind == "Subscription").ToArray();

        Assert.Equal(
            ["delivery.retry=4", "delivery.backoffPolicy=exponential", "delivery.backoffDelay=1s", "delivery.backoffMax=5m", "delivery.backoffJitter=0", "delivery.retryAfterMax=24h", "delivery.timeout=5s", "delivery.ordered=false",
            "delivery.concurrency=64", "delivery.rate=none", "delivery.batch=10 or 100ms", "delivery.deduplicate=none", "delivery.deadLetter=true", "config.start=offset 7", "paused=false"], ways[0].Fields.Select(field => $"{field.Field}={field.Value}"));
        Assert.Equal(["delivery.retry", "delivery.timeout", "delivery.ordered", "delivery.batch", "config.start"], ways[0].Fields.Where(field => field is { Kind: "Subscription", Name: "sub" }).Select(field => field.Field));
        Assert.Equal(["app-v1", "app-v2"], ways.Skip(1).Select(way => way.Revision));
        Assert.All(ways.Skip(1), way => Assert.Equal(("5s", "sub"), (way.Fields[0].Value, way.Fields[0].Name)));
    }

    [Fact]
    public void The_time_of_a_delivery_that_a_policy_sets_is_the_policys()
    {
        var compilation = Policies.Compile(
            App,
            Policies.Traffic("calm", "{ targetRefs: [ { kind: Subscription, name: sub } ], timeouts: { request: 7s }, retry: { unsafeMethods: false } }"),
            Policies.Subscription("sub", "{ sink: { ref: { name: app }, uri: /e } }"));
        var delivery = compilation.Ways.First(way => way.Kind == "Subscription");
        var timeout = delivery.Fields.Single(field => field.Field == "delivery.timeout");
        Assert.Equal(("7s", "TrafficPolicy", "calm"), (timeout.Value, timeout.Kind, timeout.Name));
        var repeat = compilation.Ways.Last(way => way.Kind == "Subscription").Fields.Single(field => field.Field == "retry.unsafeMethods");
        Assert.Equal(("true", null), (repeat.Value, repeat.Kind));
    }

    [Fact]
    public void What_the_broker_takes_is_told_with_the_Mesh_and_the_policy_that_says_it()
    {
        const string Mesh = "apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\nspec: { trustDomain: shop.local }\n";
        var way = Way("Mesh", Mesh, Policies.Traffic("publishers", "{ targetRefs: [ { kind: Broker, name: default } ], limits: { requestsPerSecond: 5, per: principal } }"));

        Assert.Equal(
            ["broker.limits.requestsPerSecond 5 publishers", "broker.limits.burst 5 ", "broker.limits.inFlight none ", "broker.limits.per principal publishers", "broker.limits.header none "],
            way.Fields.Where(field => field.Field.StartsWith("broker.limits.", StringComparison.Ordinal)).Select(field => $"{field.Field} {field.Value} {field.Name}"));
    }

    private static EffectiveWay Way(string kind, params string[] documents)
    {
        var compilation = Policies.Compile(documents);
        Assert.NotNull(compilation.Snapshot);
        return compilation.Ways.Single(way => way.Kind == kind && way.Name != "other");
    }
}
