using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>A clock that tells what is waited for.</summary>
internal sealed class ArmedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>The next wait that began.</summary>
    public async Task<TimeSpan> ArmedAsync() => await _armed.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
