namespace FnMesh.Gateway.Attempts;

/// <summary>A token that is cancelled when time is up, or when the one behind it is; it tells which.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenRegistration _outer;

    /// <param name="timeout">Null means that only <paramref name="outer"/> ends it.</param>
    public Deadline(TimeSpan? timeout, TimeProvider time, CancellationToken outer)
    {
        Outer = outer;
        if (timeout is null) return;
        _timer = new CancellationTokenSource(timeout.Value, time);
        _outer = outer.UnsafeRegister(static timer => ((CancellationTokenSource)timer!).Cancel(), _timer);
    }

    public CancellationToken Outer { get; }

    public CancellationToken Token => _timer?.Token ?? Outer;

    /// <summary>Time is up, and nothing else ended it before.</summary>
    public bool Passed => _timer is { IsCancellationRequested: true } && !Outer.IsCancellationRequested;

    public void Dispose()
    {
        _outer.Dispose();
        _timer?.Dispose();
    }
}
