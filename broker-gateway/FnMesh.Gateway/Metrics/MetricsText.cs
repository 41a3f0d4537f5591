using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Metrics;

/// <summary>The gateway's own instruments and the runtime's in Prometheus' text format, version 0.0.4.</summary>
internal sealed partial class MetricsText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public const string RuntimeMeter = "System.Runtime";

    private const string CallDuration = "http_server_request_duration_seconds";
    private const string DeliveryDuration = "fnmesh_revision_delivery_duration_seconds";

    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly List<CollectedSeries> _all = [];
    private readonly Instruments _instruments;
    private readonly ILogger _logger;

    public MetricsText(Meter meter, Instruments instruments, ILogger logger)
    {
        _instruments = instruments;
        _logger = logger;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Histograms are read from their own buckets: listening to one would cost every call a look-up.
            var wanted = ReferenceEquals(instrument.Meter, meter) || instrument.Meter.Name == RuntimeMeter;
            if (!wanted || instrument is Histogram<double> or Histogram<long> or Histogram<int>) return;
            var series = new CollectedSeries(instrument);
            lock (_gate) _all.Add(series);
            listener.EnableMeasurementEvents(instrument, series);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Set(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Set(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Set(state, value, tags));
        _listener.Start();
    }

    /// <summary>Every instrument and series, in order of their names.</summary>
    public string Render()
    {
        lock (_gate)
        {
            foreach (var series in _all) series.Begin();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException exception)
            {
                LogUnread(_logger, exception);
            }

            _all.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
            var text = new StringBuilder(16_384);
            foreach (var series in _all) series.Render(text);
            AppendDurations(text, DeliveryDuration, _instruments.DeliveryDurations);
            AppendDurations(text, CallDuration, _instruments.Durations);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void AppendDurations(StringBuilder text, string name, DurationFamily family)
    {
        var all = family.Series();
        if (all.Count == 0) return;
        MetricName.AppendHead(text, name, family.Instrument.Description, "histogram");
        foreach (var (labels, series) in all)
        {
            var count = 0L;
            for (var bucket = 0; bucket <= BoundDuration.Bounds.Length; bucket++)
            {
                var bound = bucket < BoundDuration.Bounds.Length ? BoundDuration.Bounds[bucket] : double.PositiveInfinity;
                count += series.Count(bucket);
                MetricName.AppendSample(text, $"{name}_bucket", Labels.With(labels, "le", MetricName.Number(bound)), count);
            }

            MetricName.AppendSample(text, $"{name}_sum", labels, series.Sum);
            MetricName.AppendSample(text, $"{name}_count", labels, count);
        }
    }

    private void Set(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate) ((CollectedSeries)state!).Set(value, tags);
    }

    [LoggerMessage(1, LogLevel.Warning, "Some metrics could not be read and are left out.")]
    private static partial void LogUnread(ILogger logger, Exception exception);
}
