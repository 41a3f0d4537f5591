using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Tracing;

/// <summary>Sources of one name are heard by every provider in the process, so these run one after another.</summary>
[Collection("telemetry")]
public sealed class TelemetryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fnmesh-telemetry-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Spans_and_metrics_are_sent_over_otlp_when_an_endpoint_is_set()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var telemetry = await StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20t"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"));
        var call = telemetry.Spans.StartCall(null, "GET", "/otlp-test")!;
        telemetry.Spans.Finish(call, Outcome.Answered(200));
        telemetry.Instruments.EventsPublished.Add();
        telemetry.Instruments.Route("orders").Record("GET", 200, TimeSpan.FromMilliseconds(5));

        Assert.True(await Task.Run(telemetry.ForceFlush).WaitAsync(SpanRig.Timeout));

        Dictionary<string, byte[]> bodies = [];
        while (bodies.Count < 2)
        {
            var request = await ReceivedAsync(receiver);
            Assert.Equal("Bearer t", request.Authorization);
            bodies[request.Path] = request.Body;
        }

        var traces = bodies["/v1/traces"];
        Assert.Contains("GET /otlp-test", OtlpReceiver.Texts(traces, 1, 2, 2, 5));
        Assert.Contains(call.TraceId.ToHexString(), OtlpReceiver.Fields(traces, 1, 2, 2, 1).Select(Convert.ToHexStringLower));
        Assert.Contains("fnmesh-gateway", OtlpReceiver.Texts(traces, 1, 1, 1, 2, 1));
        Assert.Contains("test", OtlpReceiver.Texts(traces, 1, 1, 1, 2, 1));
        var names = OtlpReceiver.Texts(bodies["/v1/metrics"], 1, 2, 2, 1).ToList();
        Assert.Contains("fnmesh_events_published", names);
        Assert.Contains("http.server.request.duration", names);
        Assert.Single(await telemetry.Store.FindTraceAsync(call.TraceId, default).WaitAsync(SpanRig.Timeout));
    }

    [Fact]
    public async Task Spans_and_metrics_are_sent_over_grpc_when_nothing_else_is_said()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: true);
        await using var telemetry = await StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20t"));
        var call = telemetry.Spans.StartCall(null, "GET", "/otlp-grpc-test")!;
        telemetry.Spans.Finish(call, Outcome.Answered(200));
        telemetry.Instruments.EventsPublished.Add();

        Assert.True(await Task.Run(telemetry.ForceFlush).WaitAsync(SpanRig.Timeout));

        Dictionary<string, byte[]> messages = [];
        while (messages.Count < 2)
        {
            var request = await ReceivedAsync(receiver);
            Assert.Equal("Bearer t", request.Authorization);
            messages[request.Path] = request.Body;
        }

        var traces = messages["/opentelemetry.proto.collector.trace.v1.TraceService/Export"];
        Assert.Contains("GET /otlp-grpc-test", OtlpReceiver.Texts(traces, 1, 2, 2, 5));
        Assert.Contains(call.TraceId.ToHexString(), OtlpReceiver.Fields(traces, 1, 2, 2, 1).Select(Convert.ToHexStringLower));
        Assert.Contains("fnmesh_events_published", OtlpReceiver.Texts(messages["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"], 1, 2, 2, 1));
    }

    [Fact]
    public async Task The_service_name_is_the_users_when_it_is_set()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var telemetry = await StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_SERVICE_NAME", "my-gateway"), ("OTEL_METRICS_EXPORTER", "none"));
        telemetry.Spans.Finish(telemetry.Spans.StartPublish(null), new Outcome(Verdict.Answered, null), 202);

        Assert.True(await Task.Run(telemetry.ForceFlush).WaitAsync(SpanRig.Timeout));

        var request = await ReceivedAsync(receiver);
        Assert.Contains("my-gateway", OtlpReceiver.Texts(request.Body, 1, 1, 1, 2, 1));
        Assert.False(receiver.Received.TryRead(out _));
    }

    [Fact]
    public async Task Without_an_endpoint_spans_are_kept_and_no_exporter_runs()
    {
        await using var telemetry = await StartAsync();
        var call = telemetry.Spans.StartCall(null, "GET", "/")!;
        telemetry.Spans.Finish(call, Outcome.Answered(200));

        Assert.Single(await telemetry.Store.FindTraceAsync(call.TraceId, default).WaitAsync(SpanRig.Timeout));
        Assert.False(telemetry.Exports);
        Assert.True(call.Recorded);
    }

    [Fact]
    public async Task A_caller_that_does_not_sample_is_followed()
    {
        await using var telemetry = await StartAsync();
        var context = TraceHeaders.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "fnmesh=00f067aa0ba902b7");

        var call = telemetry.Spans.StartCall(context, "GET", "/");
        telemetry.Spans.Finish(call, Outcome.Answered(200));

        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", TraceHeaders.Format(TraceContext.Onward(call, context, new Randomness(1))), StringComparison.Ordinal);
        Assert.EndsWith("-00", TraceHeaders.Format(TraceContext.Onward(call, context, new Randomness(1))), StringComparison.Ordinal);
        Assert.Empty(await telemetry.Store.FindTraceAsync(context!.Value.TraceId, default).WaitAsync(SpanRig.Timeout));
    }

    [Fact]
    public async Task The_sampler_is_the_users_when_it_is_set()
    {
        await using var telemetry = await StartAsync(("OTEL_TRACES_SAMPLER", "always_off"));

        var call = telemetry.Spans.StartCall(null, "GET", "/");
        telemetry.Spans.Finish(call, Outcome.Answered(200));

        Assert.NotEqual(true, call?.IsAllDataRequested);
    }

    [Theory]
    [InlineData("parentbased_traceidratio", "0", null, false)]
    [InlineData("parentbased_traceidratio", "1", null, true)]
    [InlineData("parentbased_traceidratio", "0", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("parentbased_traceidratio", "1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false)]
    [InlineData("traceidratio", "0.5", "00-00000000000000010000000000000001-b7ad6b7169203331-00", true)]
    [InlineData("traceidratio", "0.5", "00-7fffffffffffffff7fffffffffffffff-b7ad6b7169203331-01", false)]
    public async Task A_share_of_the_traces_is_kept_each_whole_when_the_user_says_so(string sampler, string share, string? parent, bool kept)
    {
        await using var telemetry = await StartAsync(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", share));

        var call = telemetry.Spans.StartCall(TraceHeaders.Parse(parent, null), "GET", "/")!;
        var attempt = telemetry.Spans.StartAttempt(call, 1);
        Spans.FinishAttempt(attempt, new AttemptRecord(TimeProvider.System.GetUtcNow(), TimeSpan.Zero, null, 200, Verdict.Answered, null));
        telemetry.Spans.Finish(call, Outcome.Answered(200));

        Assert.Equal(kept ? 2 : 0, (await telemetry.Store.FindTraceAsync(call.TraceId, default).WaitAsync(SpanRig.Timeout)).Count);
    }

    [Fact]
    public async Task A_call_that_is_not_sampled_makes_no_span_for_its_attempts()
    {
        await using var telemetry = await StartAsync();
        var call = telemetry.Spans.StartCall(TraceHeaders.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", null), "GET", "/")!;

        Assert.Null(telemetry.Spans.StartAttempt(call, 1));
        Assert.False(call.IsAllDataRequested);
        telemetry.Spans.Finish(call, Outcome.Answered(200));
        Assert.Empty(call.TagObjects);
    }

    /// <summary>A flush of spans ends when they are taken out of their queue; on a slow machine they arrive later.</summary>
    private static Task<(string Path, byte[] Body, string? Authorization)> ReceivedAsync(OtlpReceiver receiver) => receiver.Received.ReadAsync().AsTask().WaitAsync(SpanRig.Timeout);

    private Task<Telemetry> StartAsync(params (string Name, string Value)[] environment) => Telemetry.StartAsync(
        new() { DataDirectory = _folder },
        new ConfigurationBuilder().AddInMemoryCollection(environment.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build(),
        NullLoggerFactory.Instance,
        TimeProvider.System);
}
