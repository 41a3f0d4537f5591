namespace FnMesh.Gateway.Tracing;

internal sealed record SpanStoreOptions
{
    /// <summary>The folder of <c>spans.db</c>; it is made if it is not there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>At most this many spans are kept; the oldest go first. Not below 1,000.</summary>
    public int MaxSpans { get; init; } = 200_000;

    /// <summary>Spans that ended longer ago are removed, within an hour and a minute of the next span or question.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Ended spans that may wait to be written; further ones are dropped and counted.</summary>
    public int MaxWaiting { get; init; } = 16_384;
}
