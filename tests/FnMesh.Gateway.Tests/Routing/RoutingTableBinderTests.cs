using System.Diagnostics.Metrics;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Routing;

public sealed class RoutingTableBinderTests : IDisposable
{
    private static readonly Uri One = new("http://127.0.0.1:1");
    private static readonly Uri Two = new("http://127.0.0.1:2");

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.Binder");
    private readonly TableSwitch _table;

    public RoutingTableBinderTests() => _table = new TableSwitch(new Instruments(_meter), new Randomness(1), TimeProvider.System);

    [Fact]
    public void Until_it_was_ready_once_a_revision_leaves_its_share_to_the_others()
    {
        Apply(Shop("  traffic: [ { revisionName: shop-v1, percent: 50 }, { revisionName: shop-v2, percent: 50 } ]\n"));
        Endpoints(("shop-v1", true, [One]), ("shop-v2", false, []));

        Assert.Equal(["shop-v1"], Ways());

        Endpoints(("shop-v1", true, [One]), ("shop-v2", true, [Two]));
        Assert.Equal(["shop-v1", "shop-v2"], Ways());
    }

    [Fact]
    public void A_revision_that_was_ready_and_lost_its_endpoints_keeps_its_share()
    {
        Apply(Shop("  traffic: [ { revisionName: shop-v1, percent: 50 }, { revisionName: shop-v2, percent: 50 } ]\n"));
        Endpoints(("shop-v1", true, [One]), ("shop-v2", true, []));

        Assert.Equal(["shop-v1", "shop-v2"], Ways());
    }

    [Fact]
    public void Without_traffic_the_latest_ready_revision_gets_all()
    {
        Apply(Shop(string.Empty));
        Endpoints(("shop-v1", true, [One]), ("shop-v2", false, []));
        Assert.Equal(["shop-v1"], Ways());

        Endpoints(("shop-v1", true, [One]), ("shop-v2", true, [Two]));
        Assert.Equal(["shop-v2"], Ways());
    }

    [Fact]
    public void An_edit_that_did_not_change_a_breaker_leaves_it_open()
    {
        Apply(Shop(string.Empty) + Breaker(window: "10s"));
        Endpoints(("shop-v1", true, [One]));
        for (var i = 0; i < 4; i++) Way().Breaker!.Report(failed: true, probe: false);

        Apply(Shop(string.Empty) + Breaker(window: "10s") + Yaml.App("other", Two));
        Assert.False(Way().Breaker!.TryEnter(out _, out _));

        Apply(Shop(string.Empty) + Breaker(window: "20s"));
        Assert.True(Way().Breaker!.TryEnter(out _, out _));
    }

    [Fact]
    public void An_envelope_keeps_the_table_that_it_began_with()
    {
        Apply(Shop(string.Empty));
        var before = _table.Current;

        Apply(Shop(string.Empty) + Yaml.App("other", Two));

        Assert.NotSame(before, _table.Current);
        Assert.NotEqual(before!.Version, _table.Current!.Version);
    }

    [Fact]
    public async Task A_call_that_waits_under_one_table_is_told_of_the_endpoint_that_comes_with_the_next()
    {
        Apply(Shop("  traffic: [ { revisionName: shop-v1, percent: 100 } ]\n"));
        Endpoints(("shop-v1", true, [One]));
        var vacancy = Way().Vacancy!;
        Endpoints(("shop-v1", true, []));
        var next = vacancy.NextAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken).AsTask();
        Assert.False(next.IsCompleted);

        Endpoints(("shop-v1", true, [Two]));

        Assert.False((await next).IsOver);
        Assert.Equal(Two, Assert.Single(vacancy.Endpoints).Base);
    }

    [Fact]
    public void Nobody_waits_for_a_revision_that_had_no_endpoint_yet()
    {
        Apply(Shop(string.Empty));
        Endpoints(("shop-v1", false, []), ("shop-v2", false, []));

        Assert.All(Rule().Split.Ways, way => Assert.Null(way.Vacancy));
    }

    public void Dispose() => _meter.Dispose();

    private static string Shop(string traffic) => Yaml.App("shop", One, Two) + traffic + Yaml.Route("/", "shop");

    private static string Breaker(string window) => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: careful }
        spec:
          targetRefs: [ { kind: FunctionApp, name: shop } ]
          circuitBreaker: { failureRatio: 0.5, minimumThroughput: 4, window: {{window}}, breakFor: 5s }

        """;

    private void Apply(string policy)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", policy)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        _table.Swap(_table.Bind(compiled.Snapshot));
    }

    private void Endpoints(params (string Revision, bool WasReady, Uri[] Endpoints)[] revisions) => _table.Apply(
        new EndpointSnapshot([.. revisions.Select(revision => new RevisionEndpoints("shop", revision.Revision, revision.WasReady, [.. revision.Endpoints]))]));

    private IEnumerable<string> Ways() => Rule().Split.Ways.Select(way => way.Backend.Revision!);

    private Way Way() => Rule().Split.Choose(0)!;

    private RouteRule Rule() => _table.Current!.Edge.Find(
        new Envelope { Kind = EnvelopeKind.Call, Table = _table.Current, Started = 0, Method = "GET", Target = "/".AsMemory(), PathLength = 1 })!;
}
