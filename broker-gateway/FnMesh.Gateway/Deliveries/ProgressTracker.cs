namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// The contiguous prefix of the log that a subscription has behind it. Events are seen once, in order of offset, and pass in any order;
/// the cursor never goes past one that was seen and has not passed.
/// </summary>
internal sealed class ProgressTracker(long cursor)
{
    private readonly Queue<long> _open = new();
    private readonly HashSet<long> _pending = [];

    /// <summary>The offset to be seen next.</summary>
    public long Next { get; private set; } = cursor;

    /// <summary>Every event before this offset has passed: settled, parked, or not for this subscription.</summary>
    public long Cursor => _open.TryPeek(out var first) ? first : Next;

    /// <summary>An event that must pass before the cursor may.</summary>
    public void Open(long offset)
    {
        Skip(offset);
        _open.Enqueue(offset);
        _pending.Add(offset);
    }

    /// <summary>An event, or a gap up to it, that needs no settlement.</summary>
    public void Skip(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, Next);
        Next = offset + 1;
    }

    /// <summary>An open event is settled or parked. One that is not open changes nothing: it has passed before.</summary>
    /// <returns>The cursor afterwards.</returns>
    public long Pass(long offset)
    {
        if (_pending.Remove(offset))
        {
            while (_open.TryPeek(out var first) && !_pending.Contains(first)) _open.Dequeue();
        }

        return Cursor;
    }
}
