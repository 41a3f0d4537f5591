namespace FnMesh.Gateway.Tracing;

/// <summary>Spans that are kept together: written, found and removed as one row. Not for two threads at once.</summary>
internal sealed class SpanBlock
{
    /// <summary>Spans in a block.</summary>
    public const int Capacity = 128;

    private readonly ulong[] _traces = new ulong[Capacity];
    private readonly SpanBytes _spans = new(32 * 1024);

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>When the span that ended first, and the one that ended last, did: UTC ticks.</summary>
    public long FirstEnded { get; private set; } = long.MaxValue;

    public long LastEnded { get; private set; }

    /// <summary>The key of each span's trace, in the order of the spans.</summary>
    public ReadOnlySpan<ulong> Traces => _traces.AsSpan(0, Count);

    /// <summary>The spans, each with its length before it.</summary>
    public ReadOnlySpan<byte> Spans => _spans.Written;

    /// <param name="trace">The key of its trace.</param>
    /// <param name="ended">UTC ticks.</param>
    /// <param name="span">In the form of <see cref="SpanForm"/>.</param>
    public void Add(ulong trace, long ended, ReadOnlySpan<byte> span)
    {
        _traces[Count++] = trace;
        _spans.AddVarint((ulong)span.Length);
        _spans.Add(span);
        (FirstEnded, LastEnded) = (Math.Min(FirstEnded, ended), Math.Max(LastEnded, ended));
    }

    /// <summary>Adds all of another block; there must be room.</summary>
    public void Add(SpanBlock other)
    {
        other.Traces.CopyTo(_traces.AsSpan(Count));
        Count += other.Count;
        _spans.Add(other.Spans);
        (FirstEnded, LastEnded) = (Math.Min(FirstEnded, other.FirstEnded), Math.Max(LastEnded, other.LastEnded));
    }

    public void Clear()
    {
        Count = 0;
        _spans.Clear();
        (FirstEnded, LastEnded) = (long.MaxValue, 0);
    }
}
