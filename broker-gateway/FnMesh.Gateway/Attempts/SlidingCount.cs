namespace FnMesh.Gateway.Attempts;

/// <summary>A count over the last while, in ten slots. Adding is one atomic step, but for the first in each slot.</summary>
internal sealed class SlidingCount(TimeSpan window, TimeProvider time)
{
    private const int Slots = 10;

    private readonly long _slotTicks = Math.Max(1, window.Ticks / Slots);
    private readonly long[] _counts = new long[Slots];
    private readonly long[] _epochs = new long[Slots];
    private readonly Lock _lock = new();

    public long Total
    {
        get
        {
            var epoch = Epoch();
            var total = 0L;
            for (var i = 0; i < Slots; i++)
            {
                if (epoch - Volatile.Read(ref _epochs[i]) < Slots) total += Volatile.Read(ref _counts[i]);
            }

            return total;
        }
    }

    public void Add(long count)
    {
        var epoch = Epoch();
        var slot = (int)(epoch % Slots);
        if (Volatile.Read(ref _epochs[slot]) != epoch) Reuse(slot, epoch);
        Interlocked.Add(ref _counts[slot], count);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock) Array.Clear(_counts);
    }

    private void Reuse(int slot, long epoch)
    {
        lock (_lock)
        {
            if (_epochs[slot] == epoch) return;
            Volatile.Write(ref _counts[slot], 0);
            Volatile.Write(ref _epochs[slot], epoch);
        }
    }

    // One is added because a slot of epoch 0 has never been used.
    private long Epoch() => (time.GetElapsedTime(0).Ticks / _slotTicks) + 1;
}
