using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using FnMesh.Gateway;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tracing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Bench.Stages;

/// <summary>What the stages cost a call, without HTTP: time and bytes of finding the route, of all stages, and of all stages with the attempt loop over an endpoint that answers at once.</summary>
internal static class StageRun
{
    private const int Batch = 1_000;
    private const int Batches = 40;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("fnmesh-stages-").FullName;
        await using (var telemetry = await Telemetry.StartAsync(new() { DataDirectory = folder }, Sampling("0.01"), NullLoggerFactory.Instance, TimeProvider.System))
        {
            Console.WriteLine("| routes | call | match ns | stages ns | stages B | with the attempt loop ns | with the attempt loop B |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach (var count in (int[])[10, 100, 500, 5_000]) Measure(new ManyRoutes(count), telemetry);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static void Measure(ManyRoutes routes, Telemetry telemetry)
    {
        var (time, randomness) = (TimeProvider.System, new Randomness(1));
        using var meter = new Meter("FnMesh.Bench");
        var table = RoutingTableBinder.Bind(routes.Compile(), ManyRoutes.Endpoints, new LiveState(null), new Instruments(meter), randomness, time);
        var pipeline = new MeshPipeline(StageOrder.Create(telemetry.Spans, telemetry.Instruments, randomness, NullLogger.Instance, time), NullLogger<MeshPipeline>.Instance);
        foreach (var kind in ManyRoutes.All)
        {
            var calls = routes.Calls(kind).Select(call => new AskedExchange(call.Host, call.Path, call.Version)).ToArray();
            var match = Take(calls, table, envelope => table.Edge.Find(envelope));
            var stages = Take(calls, table, envelope => Done(pipeline.RunAsync(envelope, AtOnce.Terminal, default)));
            var loop = kind == "no route" ? default : Take(calls, table, envelope => Done(pipeline.RunAsync(envelope, new AttemptLoop(AtOnce.Attempt, telemetry.Spans, randomness, time), default)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {routes.Count:N0} | {kind} | {match.Nanoseconds:0} | {stages.Nanoseconds:0} | {stages.Bytes:0.0} | {loop.Nanoseconds:0} | {loop.Bytes:0.0} |"));
        }
    }

    /// <summary>The median of the batches, after a while in which the code is compiled to its last tier; what is allocated is counted on this thread alone.</summary>
    private static (double Nanoseconds, double Bytes) Take(AskedExchange[] calls, RoutingTable table, Action<Envelope> run)
    {
        var envelopes = new Envelope[Batch];
        var next = 0;
        void Fill()
        {
            for (var at = 0; at < Batch; at++) envelopes[at] = calls[next = (next + 1) % calls.Length].Envelope(table);
        }

        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WarmUp;)
        {
            Fill();
            foreach (var envelope in envelopes) run(envelope);
        }

        var (nanoseconds, bytes) = (new List<double>(), new List<double>());
        for (var batch = 0; batch < Batches; batch++)
        {
            Fill();
            var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            foreach (var envelope in envelopes) run(envelope);
            nanoseconds.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / Batch);
            bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Batch);
        }

        return (nanoseconds.Order().ElementAt(Batches / 2), bytes.Order().ElementAt(Batches / 2));
    }

    private static void Done(ValueTask<Outcome> outcome)
    {
        if (!outcome.IsCompleted) throw new InvalidOperationException("it waited; only what runs through is measured");
        outcome.GetAwaiter().GetResult();
    }

    private static IConfiguration Sampling(string share) => new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create<string, string?>("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), KeyValuePair.Create<string, string?>("OTEL_TRACES_SAMPLER_ARG", share)]).Build();
}
