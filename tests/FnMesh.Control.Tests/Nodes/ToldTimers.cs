using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Nodes;

/// <summary>A clock of the test that tells when a timer of one length is set.</summary>
internal sealed class ToldTimers(TimeSpan length) : FakeTimeProvider(DateTimeOffset.UtcNow)
{
    private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Set => _set.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == length) _set.TrySetResult();
        return timer;
    }
}
