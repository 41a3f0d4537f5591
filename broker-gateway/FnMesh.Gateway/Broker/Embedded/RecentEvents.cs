namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>The newest durable events, so that a subscription that keeps up reads no disk; and the end of the log, for which readers wait.</summary>
internal sealed class RecentEvents
{
    private readonly Lock _gate = new();
    private readonly StoredEvent[] _ring;
    private readonly long[] _sizes;
    private readonly long _maxBytes;
    private long _first;
    private long _end;
    private long _bytes;
    private TaskCompletionSource? _grown;

    public RecentEvents(long end, int maxEvents, long maxBytes)
    {
        _first = _end = end;
        _maxBytes = maxBytes;
        _ring = new StoredEvent[maxEvents];
        _sizes = new long[maxEvents];
    }

    /// <summary>The offset of the next event.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Takes events that have become durable, in order and without gaps, and wakes those who wait.</summary>
    public void Add(List<(StoredEvent Stored, long Size)> events)
    {
        if (events.Count == 0) return;
        TaskCompletionSource? grown;
        lock (_gate)
        {
            foreach (var (stored, size) in events)
            {
                if (_end - _first == _ring.Length) DropOldest();
                _ring[_end % _ring.Length] = stored;
                _sizes[_end % _ring.Length] = size;
                _bytes += size;
                Volatile.Write(ref _end, _end + 1);
            }

            while (_bytes > _maxBytes) DropOldest();
            (grown, _grown) = (_grown, null);
        }

        grown?.SetResult();
    }

    /// <returns>Null when the events are no longer here and must be read from disk; empty when there are none yet.</returns>
    public IReadOnlyList<StoredEvent>? TryRead(long from, int maxEvents, long maxBytes)
    {
        lock (_gate)
        {
            if (from >= _end) return [];
            if (from < _first) return null;
            var count = 0;
            var bytes = 0L;
            while (count < maxEvents && from + count < _end)
            {
                bytes += _sizes[(from + count) % _ring.Length];
                if (bytes > maxBytes && count > 0) break;
                count++;
            }

            var events = new StoredEvent[count];
            for (var i = 0; i < count; i++) events[i] = _ring[(from + i) % _ring.Length];
            return events;
        }
    }

    public async ValueTask WaitAsync(long offset, CancellationToken cancel)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (_end > offset) return;
                _grown ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancel);
        }
    }

    /// <summary>Lets those who wait know that nothing more will come.</summary>
    public void Close(Exception reason)
    {
        lock (_gate)
        {
            _grown ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_grown.Task.IsCompleted) _grown.SetException(reason);
            _ = _grown.Task.Exception;
        }
    }

    private void DropOldest()
    {
        var slot = _first % _ring.Length;
        _bytes -= _sizes[slot];
        _ring[slot] = null!;
        _first++;
    }
}
