namespace FnMesh.Node.Tests.Fixtures;

/// <summary>A clock on which every wait is over at once, and has taken as long as it was to take.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private long _ticks = Authority.Now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Passed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks) - Authority.Now.UtcTicks);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Once(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Once(LeapingTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero) return true;
            Interlocked.Add(ref time._ticks, dueTime.Ticks);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
