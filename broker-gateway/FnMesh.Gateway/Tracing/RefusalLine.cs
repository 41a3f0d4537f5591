using System.Collections;
using System.Globalization;
using System.Text;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tracing;

/// <summary>A refusal as a log line. [LoggerMessage] cannot name values with dots, and these names are the same everywhere.</summary>
internal sealed class RefusalLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> _values = new(16);

    public RefusalLine(in Refusal refusal)
    {
        _values.Add(new(SpanNames.Verdict, VerdictName.Of(refusal.Outcome.Verdict)));
        _values.Add(new(SpanNames.Status, refusal.Status));
        _values.Add(new(SpanNames.Kind, refusal.Kind switch
        {
            EnvelopeKind.Call => SpanNames.Call,
            EnvelopeKind.Publish => SpanNames.Publish,
            _ => SpanNames.Deliver,
        }));
        Add(SpanNames.Method, refusal.Method);
        Add(SpanNames.Path, refusal.Path);
        Add(SpanNames.Principal, refusal.Principal);
        Add(SpanNames.Route, refusal.Route);
        Add(SpanNames.App, refusal.App);
        Add(SpanNames.Revision, refusal.Revision);
        Add(SpanNames.Subscription, refusal.Subscription);
        Add(SpanNames.EventType, refusal.EventType);
        Add(SpanNames.EventId, refusal.EventId);
        Add(SpanNames.Reason, refusal.Outcome.Reason);
        _values.Add(new("trace_id", refusal.TraceId.ToHexString()));
    }

    public int Count => _values.Count;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary><c>Refused fnmesh.verdict=Denied http.response.status_code=403 …</c>; values with spaces or quotes stand in quotes.</summary>
    public override string ToString()
    {
        var line = new StringBuilder("Refused", 256);
        foreach (var (name, value) in _values)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            line.Append(' ').Append(name).Append('=');
            if (text.Length > 0 && !text.AsSpan().ContainsAny(" \"=")) line.Append(text);
            else line.Append('"').Append(text.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }

        return line.ToString();
    }

    private void Add(string name, string? value)
    {
        if (value is not null) _values.Add(new(name, LogText.Clean(value)));
    }
}
