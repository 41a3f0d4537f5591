using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class CourierTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.Courier");
    private readonly ActivitySource _source = new("FnMesh.Gateway.Tests.Courier");
    private readonly TableSwitch _table;
    private int _sent;

    public CourierTests() => _table = new TableSwitch(new Instruments(_meter), new Randomness(1), TimeProvider.System);

    [Fact]
    public async Task Nothing_is_tried_while_no_backend_has_an_endpoint()
    {
        Apply(Yaml.App("shop", new Uri("http://127.0.0.1:1")) + Yaml.Subscription("s", "test.a", "shop"));

        Assert.Null(await DeliverAsync(() => throw new HttpRequestException(HttpRequestError.ConnectionError)));
        Assert.Equal(0, _sent);
    }

    [Fact]
    public async Task A_delivery_whose_last_endpoint_went_away_before_it_arrived_is_as_if_not_tried()
    {
        Apply(Yaml.App("shop", new Uri("http://127.0.0.1:1")) + Yaml.Subscription("s", "test.a", "shop"));
        Serve();

        Assert.Null(await DeliverAsync(() =>
        {
            _table.Apply(EndpointSnapshot.Empty);
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        }));
        Assert.True(_sent > 0);
    }

    [Fact]
    public async Task A_delivery_that_was_sent_counts_even_if_its_endpoint_is_gone_now()
    {
        Apply(Yaml.App("shop", new Uri("http://127.0.0.1:1")) + Yaml.Subscription("s", "test.a", "shop"));
        Serve();

        var result = await DeliverAsync(() =>
        {
            _table.Apply(EndpointSnapshot.Empty);
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        });
        Assert.Equal(Verdict.Unreachable, result?.Outcome.Verdict);
    }

    [Fact]
    public async Task An_endpoint_that_refuses_and_stays_is_a_failed_delivery()
    {
        Apply(Yaml.App("shop", new Uri("http://127.0.0.1:1")) + Yaml.Subscription("s", "test.a", "shop"));
        Serve();

        Assert.Equal(Verdict.Unreachable, (await DeliverAsync(() => throw new HttpRequestException(HttpRequestError.ConnectionError)))?.Outcome.Verdict);
    }

    [Fact]
    public async Task A_sink_outside_the_mesh_that_is_not_asked_is_always_there()
    {
        Apply("""
            apiVersion: fnmesh.dev/v1alpha1
            kind: Mesh
            metadata: { name: shop }
            spec: { webhooks: { networks: [ 127.0.0.1 ] } }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: s }
            spec: { types: [ test.a ], sink: { uri: "http://127.0.0.1:1/in", webhook: { handshake: false } } }

            """);

        Assert.Equal(Verdict.Unreachable, (await DeliverAsync(() => throw new HttpRequestException(HttpRequestError.ConnectionError)))?.Outcome.Verdict);
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", true)]
    [InlineData("9999-01-31T12:00:00Z", false)]
    public async Task An_event_whose_expirytime_has_come_is_not_run(string expiry, bool isExpired)
    {
        Apply(Yaml.App("shop", new Uri("http://127.0.0.1:1")) + Yaml.Subscription("s", "test.a", "shop"));
        Serve();

        var result = await DeliverAsync(static () => new HttpResponseMessage(HttpStatusCode.NoContent), Of(("expirytime", expiry)));
        Assert.Equal((isExpired ? Verdict.Expired : Verdict.Answered, isExpired ? 0 : 1), (result!.Outcome.Verdict, _sent));
        if (isExpired) Assert.Contains($"expirytime, {expiry}, has passed", result.Outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99, 1, "shop-v2", "shop-v2")]
    [InlineData(1, 0, "shop-v2", "shop-v1")]
    [InlineData(1, 0, "shop-v9", "shop-v1")]
    [InlineData(1, 0, null, "shop-v1")]
    public async Task A_redelivery_stays_with_its_revision_for_as_long_as_that_has_a_share(int first, int second, string? earlier, string expected)
    {
        Apply(Yaml.App("shop", new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2")) + $$"""
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: s }
            spec: { sink: { backendRefs: [ { name: shop-v1, weight: {{first}} }, { name: shop-v2, weight: {{second}} } ], uri: /events } }

            """);
        Serve();
        // Keys that the shares alone would send to the first.
        foreach (var key in Enumerable.Range(0, 100).Select(n => $"key-{n}").Where(key => PartitionHash.Point("s", Of(("partitionkey", key))) < 0.9).Take(20))
        {
            var result = await DeliverAsync(static () => new HttpResponseMessage(HttpStatusCode.NoContent), Of(("partitionkey", key)), earlier);
            Assert.Equal(expected, result!.Backend?.Revision);
            Assert.Equal(expected, Assert.Single(result.Attempts).Revision);
        }
    }

    [Fact]
    public async Task A_reply_event_names_the_event_that_it_answers()
    {
        Apply(Yaml.App("shop", new Uri("http://127.0.0.1:1")) + Yaml.Subscription("s", "test.a", "shop") + Yaml.Publishers());
        Serve();

        var result = await DeliverAsync(static () =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK);
            foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", "r"), ("source", "/shop"), ("type", "test.b") }) answer.Headers.Add($"ce-{name}", value);
            return answer;
        });
        var reply = Assert.Single(result!.Replies);
        Assert.Equal(("a", "a"), (reply["causationid"], reply["correlationid"]));
    }

    public void Dispose()
    {
        _meter.Dispose();
        _source.Dispose();
    }

    private static EventRecord Of(params (string Name, string Value)[] more)
    {
        var record = TestEvents.Of("a");
        return new EventRecord
        {
            Attributes = [.. record.Attributes, .. more.Select(attribute => KeyValuePair.Create(attribute.Name, attribute.Value))],
            Data = record.Data,
            Principal = record.Principal,
            TraceParent = record.TraceParent,
        };
    }

    private async Task<DeliveryResult?> DeliverAsync(Func<HttpResponseMessage> answer, EventRecord? record = null, string? revision = null)
    {
        var spans = new Spans(_source, TimeProvider.System);
        var stages = StageOrder.Create(spans, new Instruments(_meter), new Randomness(1), NullLogger.Instance, TimeProvider.System);
        using var client = new HttpMessageInvoker(new Answering(() =>
        {
            _sent++;
            return answer();
        }));
        var courier = new Courier(new MeshPipeline(stages, NullLogger<MeshPipeline>.Instance), () => _table.Current, client, spans, new Randomness(1), TimeProvider.System);
        return await courier.DeliverAsync("s", new StoredEvent(1, DateTimeOffset.UnixEpoch, record ?? TestEvents.Of("a")), 1, revision, Cancel);
    }

    private void Serve() => _table.Apply(new EndpointSnapshot([new RevisionEndpoints("shop", "shop-v1", true, [new Uri("http://127.0.0.1:1")]), new RevisionEndpoints("shop", "shop-v2", true, [new Uri("http://127.0.0.1:2")])]));

    private void Apply(string policy)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", policy)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        _table.Swap(_table.Bind(compiled.Snapshot));
    }

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }
}
