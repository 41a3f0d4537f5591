using System.Diagnostics.Metrics;

namespace FnMesh.Gateway.Metrics;

/// <summary>One series of a histogram of durations, its tags resolved.</summary>
internal sealed class BoundDuration(Histogram<double> exported, KeyValuePair<string, object?>[] tags)
{
    /// <summary>Upper bounds in seconds, as OpenTelemetry advises for HTTP.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _sumTicks;

    public KeyValuePair<string, object?>[] Tags => tags;

    /// <summary>The sum of all durations, in seconds.</summary>
    public double Sum => Interlocked.Read(ref _sumTicks) / (double)TimeSpan.TicksPerSecond;

    public void Record(TimeSpan duration)
    {
        var seconds = duration.Ticks / (double)TimeSpan.TicksPerSecond;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket]) bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sumTicks, duration.Ticks);
        if (exported.Enabled) exported.Record(seconds, tags);
    }

    /// <summary>How many fell into a bucket, the ones below it not counted; the last is for those above every bound.</summary>
    public long Count(int bucket) => Interlocked.Read(ref _counts[bucket]);
}
