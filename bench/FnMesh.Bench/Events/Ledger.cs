using System.Diagnostics;

namespace FnMesh.Bench.Events;

/// <summary>When each event of one turn was sent, acknowledged to its publisher, and acknowledged by its subscriber.</summary>
internal sealed class Ledger
{
    private const int Capacity = 1 << 21;
    private static readonly TimeSpan AllWithin = TimeSpan.FromMinutes(2);

    private readonly long[] _sent = new long[Capacity];
    private readonly long[] _taken = new long[Capacity];
    private readonly long[] _delivered = new long[Capacity];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _first;
    private long _next;
    private long _acknowledged;
    private long _awaited = long.MaxValue;

    /// <param name="first">The number of its first event.</param>
    public Ledger(long first) => _first = _next = first;

    /// <summary>The number of the next event.</summary>
    public long Next => Interlocked.Read(ref _next);

    public long Count => Next - _first;

    /// <summary>Begins events with consecutive numbers.</summary>
    /// <returns>The first number.</returns>
    public long Send(int count)
    {
        var number = Interlocked.Add(ref _next, count) - count;
        _sent.AsSpan((int)(number - _first), count).Fill(Stopwatch.GetTimestamp());
        return number;
    }

    public void Taken(long number, int count) => _taken.AsSpan((int)(number - _first), count).Fill(Stopwatch.GetTimestamp());

    /// <summary>The subscriber has acknowledged an event; one of an earlier turn, or a second time, changes nothing.</summary>
    public void Acknowledged(long number)
    {
        if (number < _first || Interlocked.CompareExchange(ref _delivered[number - _first], Stopwatch.GetTimestamp(), 0) != 0) return;
        if (Interlocked.Increment(ref _acknowledged) >= Volatile.Read(ref _awaited)) _all.TrySetResult();
    }

    /// <summary>Completes when every event was acknowledged by the subscriber.</summary>
    public async Task AllAcknowledgedAsync()
    {
        Volatile.Write(ref _awaited, Count);
        Interlocked.MemoryBarrier();
        if (Interlocked.Read(ref _acknowledged) >= Count) return;
        try
        {
            await _all.Task.WaitAsync(AllWithin, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"of {Count} events {Interlocked.Read(ref _acknowledged)} were acknowledged within {AllWithin.TotalSeconds:0} s");
        }
    }

    /// <summary>From sending to the publisher's acknowledgement, sorted, in milliseconds.</summary>
    public double[] TakenMilliseconds() => Milliseconds(_taken);

    /// <summary>From sending to the subscriber's acknowledgement, sorted, in milliseconds.</summary>
    public double[] DeliveredMilliseconds() => Milliseconds(_delivered);

    private double[] Milliseconds(long[] ends)
    {
        var times = new double[Count];
        for (var i = 0; i < times.Length; i++) times[i] = (ends[i] - _sent[i]) * 1000.0 / Stopwatch.Frequency;
        Array.Sort(times);
        return times;
    }
}
