namespace FnMesh.Gateway.Tests.Broker;

/// <summary>A clock on which some time has passed whenever it is asked how much.</summary>
internal sealed class SlowClock(TimeSpan step) : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);
}
