using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Admin;

/// <summary>A clock that stands, and tells when somebody first waits for it.</summary>
internal sealed class ArmedClock : FakeTimeProvider
{
    private readonly TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Armed => _armed.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.TrySetResult();
        return timer;
    }
}
