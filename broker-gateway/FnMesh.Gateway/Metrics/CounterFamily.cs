using System.Diagnostics.Metrics;

namespace FnMesh.Gateway.Metrics;

/// <summary>A counter with all its series. Series are bound when a table is bound, or at their first count, and live as long as the gateway.</summary>
internal sealed class CounterFamily
{
    /// <summary>Beyond this many series all others share one, tagged as OpenTelemetry tags its overflow.</summary>
    public const int MaxSeries = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, BoundCounter> _series = [];
    private readonly BoundCounter _overflow = new([new("otel.metric.overflow", true)]);

    public CounterFamily(Meter meter, string name, string unit, string description) =>
        meter.CreateObservableCounter(name, Observe, unit, description);

    /// <summary>The series with these tags; always the same for the same tags.</summary>
    public BoundCounter Bind(params KeyValuePair<string, object?>[] tags)
    {
        var key = Labels.Of(tags);
        lock (_gate)
        {
            if (_series.TryGetValue(key, out var counter)) return counter;
            if (_series.Count >= MaxSeries) return _overflow;
            counter = new BoundCounter(tags);
            _series.Add(key, counter);
            return counter;
        }
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        lock (_gate)
        {
            var measurements = new List<Measurement<long>>(_series.Count + 1);
            foreach (var counter in _series.Values) measurements.Add(new(counter.Value, counter.Tags));
            if (_overflow.Value > 0) measurements.Add(new(_overflow.Value, _overflow.Tags));
            return measurements;
        }
    }
}
