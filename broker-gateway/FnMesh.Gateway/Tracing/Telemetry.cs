using System.Diagnostics;
using System.Diagnostics.Metrics;
using FnMesh.Gateway.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FnMesh.Gateway.Tracing;

/// <summary>
/// All that makes a gateway seen: spans, kept for a while on disk, and metrics; both are sent over OTLP when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The standard <c>OTEL_*</c> variables hold, the sampler's for the spans on disk too.
/// </summary>
internal sealed class Telemetry : IAsyncDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string DefaultName = "fnmesh-gateway";

    /// <summary>How long stopping waits for a receiver that does not answer.</summary>
    private const int ShutdownMilliseconds = 2_000;

    private readonly ActivitySource _source;
    private readonly Meter _meter;
    private readonly TracerProvider _tracing;
    private readonly MeterProvider? _metering;

    private Telemetry(SpanStore store, IConfiguration environment, TimeProvider time, ILoggerFactory loggers)
    {
        _source = new ActivitySource(SpanNames.Source);
        _meter = new Meter(SpanNames.Source);
        Store = store;
        Spans = new Spans(_source, time, TraceSampler.Of(environment));
        Instruments = new Instruments(_meter);
        Instruments.ObserveDroppedSpans(() => store.Dropped);
        Text = new MetricsText(_meter, Instruments, loggers.CreateLogger<MetricsText>());

        Exports = !string.IsNullOrEmpty(environment[EndpointVariable]);
        var tracing = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(environment))
            .ConfigureResource(AddName)
            .AddSource(SpanNames.Source)
            .AddProcessor(new SpanStoreEntrance(store, _source));
        if (Exports && environment["OTEL_TRACES_EXPORTER"] != "none") tracing.AddOtlpExporter();
        _tracing = tracing.Build();

        if (!Exports || environment["OTEL_METRICS_EXPORTER"] == "none") return;
        _metering = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(environment))
            .ConfigureResource(AddName)
            .AddMeter(SpanNames.Source, MetricsText.RuntimeMeter)
            .AddOtlpExporter()
            .Build();
    }

    public Spans Spans { get; }

    public SpanStore Store { get; }

    public Instruments Instruments { get; }

    public MetricsText Text { get; }

    /// <summary>Whether anything leaves this process.</summary>
    public bool Exports { get; }

    /// <param name="options">Where and how many spans are kept.</param>
    /// <param name="environment">The process's environment variables.</param>
    /// <param name="loggers">For what is lost on the way.</param>
    /// <param name="time">The clock of all spans.</param>
    public static async Task<Telemetry> StartAsync(SpanStoreOptions options, IConfiguration environment, ILoggerFactory loggers, TimeProvider time)
    {
        var store = await SpanStore.OpenAsync(options, loggers.CreateLogger<SpanStore>(), time);
        return new Telemetry(store, environment, time, loggers);
    }

    /// <summary>Sends what waits to be sent over OTLP now. Blocks; not for the data path.</summary>
    public bool ForceFlush() => _tracing.ForceFlush() & (_metering?.ForceFlush() ?? true);

    /// <summary>Sends and writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(() =>
        {
            _tracing.Shutdown(ShutdownMilliseconds);
            _tracing.Dispose();
            _metering?.Shutdown(ShutdownMilliseconds);
            _metering?.Dispose();
        });
        Text.Dispose();
        _meter.Dispose();
        _source.Dispose();
        await Store.DisposeAsync();
    }

    /// <summary>OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES are read last and win.</summary>
    private static void AddName(ResourceBuilder resource) =>
        resource.Clear().AddService(DefaultName, autoGenerateServiceInstanceId: false).AddTelemetrySdk().AddEnvironmentVariableDetector();
}
