using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>Events of a lane that came from Kafka and were not read yet. It is full at either bound; its source then pauses, with what is on its way still taken.</summary>
internal sealed class LaneBuffer
{
    private const int MaxEvents = 2_000;
    private const long MaxBytes = 8 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<StoredEvent> _events = new();
    private TaskCompletionSource? _grown;
    private Exception? _closed;
    private long _bytes, _last;

    /// <summary>The offset after the last event that came or was read; sequential reading goes on there or later.</summary>
    public long Next { get; private set; }

    /// <summary>Whether it is half empty.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate) return _events.Count <= MaxEvents / 2 && _bytes <= MaxBytes / 2;
        }
    }

    /// <returns>Whether it is full.</returns>
    public bool Add(StoredEvent stored)
    {
        TaskCompletionSource? grown;
        bool full;
        lock (_gate)
        {
            _events.Enqueue(stored);
            _last = stored.Offset;
            _bytes += EventSize.Of(stored.Event);
            full = _events.Count >= MaxEvents || _bytes >= MaxBytes;
            (grown, _grown) = (_grown, null);
        }

        grown?.SetResult();
        return full;
    }

    /// <summary>Takes events from an offset on out of it; what is before is dropped.</summary>
    /// <returns>Null when the offset was read before; and whether the buffer is half empty now.</returns>
    public (IReadOnlyList<StoredEvent>? Events, bool HasRoom) Take(long from, int maxEvents, long maxBytes)
    {
        lock (_gate)
        {
            if (from < Next) return (null, false);
            List<StoredEvent> taken = [];
            var bytes = 0L;
            while (_events.TryPeek(out var first) && taken.Count < maxEvents)
            {
                var size = EventSize.Of(first.Event);
                if (first.Offset >= from)
                {
                    if (taken.Count > 0 && bytes + size > maxBytes) break;
                    bytes += size;
                    taken.Add(first);
                    Next = first.Offset + 1;
                }

                _bytes -= size;
                _events.Dequeue();
            }

            return (taken, HasRoom);
        }
    }

    /// <summary>Completes when an event is there at or after an offset.</summary>
    public async ValueTask WaitAsync(long offset, CancellationToken cancel)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (_closed is not null) throw _closed;
                if (offset < Next || (_events.Count > 0 && _last >= offset)) return;
                grown = (_grown ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await grown.WaitAsync(cancel);
        }
    }

    /// <summary>Sequential reading begins at an offset; what is before it was read by an earlier owner.</summary>
    public void Begin(long next)
    {
        lock (_gate) Next = next;
    }

    /// <summary>Forgets everything; reading begins again at an offset.</summary>
    public void Reset(long next)
    {
        lock (_gate)
        {
            _events.Clear();
            (_bytes, Next) = (0, next);
        }
    }

    /// <summary>Lets those who wait know that nothing more will come.</summary>
    public void Close(Exception reason)
    {
        TaskCompletionSource? grown;
        lock (_gate) (_closed, grown, _grown) = (reason, _grown, null);
        grown?.SetResult();
    }
}
