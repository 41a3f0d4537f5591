using System.Diagnostics;
using OpenTelemetry;

namespace FnMesh.Gateway.Tracing;

/// <summary>Takes the spans of one source that are recorded into the store as they end.</summary>
internal sealed class SpanStoreEntrance(SpanStore store, ActivitySource source) : BaseProcessor<Activity>
{
    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        // Another gateway in the same process has a source of the same name, and a store of its own.
        if (data.Recorded && ReferenceEquals(data.Source, source)) store.Add(data);
    }
}
