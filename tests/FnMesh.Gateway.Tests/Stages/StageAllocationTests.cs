using System.Diagnostics.Metrics;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Stages;

/// <summary>Sources of one name are heard by every provider in the process, so these run one after another.</summary>
[Collection("telemetry")]
public sealed class StageAllocationTests : IDisposable
{
    private const string Policies = """
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: careful }
        spec:
          targetRefs: [ { kind: FunctionApp, name: shop } ]
          timeouts: { request: 10s, backendRequest: 2s }
          retry: { attempts: 2, codes: [ 503 ], backoff: 50ms }
          circuitBreaker: { failureRatio: 0.5, minimumThroughput: 20, window: 10s, breakFor: 5s }
          limits: { requestsPerSecond: 1000000, inFlight: 100, per: principal }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: readers }
        spec:
          targetRefs: [ { kind: FunctionApp, name: shop } ]
          action: ALLOW
          rules: [ { from: [ { principals: [ anonymous ] } ], to: [ { operations: [ call ], methods: [ GET ], paths: [ "/*" ] } ] } ]

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("fnmesh-stages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_call_whose_trace_nobody_records_passes_all_stages_without_an_allocation()
    {
        var off = new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_TRACES_SAMPLER", "always_off")]).Build();
        await using var telemetry = await Telemetry.StartAsync(new() { DataDirectory = _folder }, off, NullLoggerFactory.Instance, TimeProvider.System);
        using var meter = new Meter("FnMesh.Gateway.Tests.Allocations");
        var address = new Uri("http://127.0.0.1:5000");
        var policy = PolicyCompiler.Compile([new PolicySource("p.yaml", Yaml.App("shop", address, address) + Yaml.Route("/orders", "shop") + Policies)]).Snapshot!;
        var endpoints = new EndpointSnapshot([new("shop", "shop-v1", true, [address]), new("shop", "shop-v2", true, [address])]);
        var table = RoutingTableBinder.Bind(policy, endpoints, new LiveState(null), new Instruments(meter), new Randomness(1), TimeProvider.System);
        var pipeline = new MeshPipeline(StageOrder.Create(telemetry.Spans, telemetry.Instruments, new Randomness(1), NullLogger.Instance, TimeProvider.System), NullLogger<MeshPipeline>.Instance);

        // What is made once, such as a series of a metric, and what the first tiers of the compiler make, is made before.
        var answered = 0;
        for (var warm = 0; warm < 200; warm++) answered += Run(pipeline, table, 100).Answered;
        var (more, bytes) = Run(pipeline, table, 1_000);

        Assert.Equal(21_000, answered + more);
        Assert.Equal(0, bytes);
    }

    private static (int Answered, long Bytes) Run(MeshPipeline pipeline, RoutingTable table, int count)
    {
        var envelopes = Enumerable.Range(0, count).Select(_ => new Envelope
        {
            Kind = EnvelopeKind.Call,
            Table = table,
            Started = TimeProvider.System.GetTimestamp(),
            Method = "GET",
            Host = "shop.example".AsMemory(),
            Target = "/orders/7".AsMemory(),
            PathLength = 9,
        }).ToArray();
        var terminal = new Answering();
        var (answered, before) = (0, GC.GetAllocatedBytesForCurrentThread());
        foreach (var envelope in envelopes)
        {
            var run = pipeline.RunAsync(envelope, terminal, default);
            if (run.IsCompletedSuccessfully && run.Result.Verdict == Verdict.Answered) answered++;
        }

        return (answered, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class Answering : ITerminal
    {
        public ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel) => new(Outcome.Answered(200));
    }
}
