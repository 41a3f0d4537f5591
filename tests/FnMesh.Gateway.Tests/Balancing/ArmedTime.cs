using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

/// <summary>A fake clock that tells which timers were armed, so that a test moves it once somebody waits for it.</summary>
internal sealed class ArmedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    public ChannelReader<TimeSpan> Armed => _armed.Reader;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }
}
