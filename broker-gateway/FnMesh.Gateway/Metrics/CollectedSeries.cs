using System.Diagnostics.Metrics;
using System.Text;

namespace FnMesh.Gateway.Metrics;

/// <summary>An instrument with the last value of each of its series.</summary>
internal sealed class CollectedSeries
{
    private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Instrument _instrument;
    private readonly bool _adds;

    public CollectedSeries(Instrument instrument)
    {
        _instrument = instrument;
        _adds = !instrument.IsObservable && !IsGauge(instrument);
        IsCounter = NameOf(instrument) is nameof(Counter<>) or nameof(ObservableCounter<>);
        Name = MetricName.Of(instrument.Name, instrument.Unit, IsCounter);
    }

    public string Name { get; }

    public string? Description => _instrument.Description;

    public bool IsCounter { get; }

    /// <summary>Before a reading: an observable instrument reports all its series anew.</summary>
    public void Begin()
    {
        if (_instrument.IsObservable) _values.Clear();
    }

    public void Set(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels.Of(tags);
        if (_adds && _values.TryGetValue(labels, out var sum)) value += sum;
        else if (_values.Count > CounterFamily.MaxSeries && !_values.ContainsKey(labels)) return;
        _values[labels] = value;
    }

    public void Render(StringBuilder text)
    {
        if (_values.Count == 0) return;
        MetricName.AppendHead(text, Name, Description, IsCounter ? "counter" : "gauge");
        foreach (var (labels, value) in _values) MetricName.AppendSample(text, Name, labels, value);
    }

    private static bool IsGauge(Instrument instrument) => NameOf(instrument) is nameof(Gauge<>) or nameof(ObservableGauge<>);

    private static string NameOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0];
}
