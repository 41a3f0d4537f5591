using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

/// <summary>A fake clock that tells which timers were armed and who looks at it, so that a test moves it once somebody waits for it, or while somebody reckons with it.</summary>
internal sealed class ArmedTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    public ChannelReader<TimeSpan> Armed => _armed.Reader;

    public Action? Looked { get; set; }

    public override long GetTimestamp()
    {
        Looked?.Invoke();
        return base.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }
}
