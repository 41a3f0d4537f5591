namespace FnMesh.Gateway.Attempts;

/// <summary>A count over the last while, in slots of a tenth. Adding is one atomic step, but for the first in each slot.</summary>
/// <param name="window">How long the while is.</param>
/// <param name="time">The clock.</param>
/// <param name="whole">Counts all of it and up to a tenth more, for what must stay below a bound; otherwise all of it but for up to a tenth.</param>
internal sealed class SlidingCount(TimeSpan window, TimeProvider time, bool whole = false)
{
    private const int Tenths = 10;

    private readonly long _slotTicks = Math.Max(1, window.Ticks / Tenths);
    private readonly long[] _counts = new long[whole ? Tenths + 1 : Tenths];
    private readonly long[] _epochs = new long[whole ? Tenths + 1 : Tenths];
    private readonly Lock _lock = new();

    public long Total
    {
        get
        {
            var epoch = Epoch();
            var total = 0L;
            for (var i = 0; i < _counts.Length; i++)
            {
                if (epoch - Volatile.Read(ref _epochs[i]) < _counts.Length) total += Volatile.Read(ref _counts[i]);
            }

            return total;
        }
    }

    public void Add(long count)
    {
        var epoch = Epoch();
        var slot = (int)(epoch % _counts.Length);
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
