using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Deliveries;

/// <summary>A clock that the test moves, and that tells when a timer has been armed and for how long.</summary>
internal sealed class ArmedTime() : FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000))
{
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>How long the next timer waits that was armed and not yet asked for.</summary>
    public async Task<TimeSpan> ArmedAsync() => await _armed.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        // What comes round by itself, such as the log's look for what is old, is waited for by nobody.
        if (period != Timeout.InfiniteTimeSpan) return timer;
        if (dueTime != Timeout.InfiniteTimeSpan) _armed.Writer.TryWrite(dueTime);
        return new Telling(timer, _armed.Writer);
    }

    private sealed class Telling(ITimer timer, ChannelWriter<TimeSpan> armed) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            armed.TryWrite(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
