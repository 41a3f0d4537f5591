using System.Diagnostics.Metrics;

namespace FnMesh.Gateway.Metrics;

/// <summary>A histogram of durations with all its series. The instrument behind it costs nothing until somebody listens to it.</summary>
internal sealed class DurationFamily(Meter meter, string name, string description)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BoundDuration> _series = [];
    private BoundDuration? _overflow;

    public Histogram<double> Instrument { get; } = meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = BoundDuration.Bounds });

    public BoundDuration Bind(params KeyValuePair<string, object?>[] tags)
    {
        var key = Labels.Of(tags);
        lock (_gate)
        {
            if (_series.TryGetValue(key, out var duration)) return duration;
            if (_series.Count >= CounterFamily.MaxSeries) return _overflow ??= new(Instrument, [new("otel.metric.overflow", true)]);
            duration = new BoundDuration(Instrument, tags);
            _series.Add(key, duration);
            return duration;
        }
    }

    /// <summary>All series, ordered by their labels.</summary>
    public IReadOnlyList<KeyValuePair<string, BoundDuration>> Series()
    {
        lock (_gate)
        {
            List<KeyValuePair<string, BoundDuration>> series = [.. _series];
            if (_overflow is { } overflow) series.Add(new(Labels.Of(overflow.Tags), overflow));
            series.Sort((one, other) => string.CompareOrdinal(one.Key, other.Key));
            return series;
        }
    }
}
