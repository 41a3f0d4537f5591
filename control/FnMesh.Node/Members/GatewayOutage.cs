namespace FnMesh.Node.Members;

/// <summary>
/// While no gateway can be reached one request at a time tries, and the others wait for what it finds: a thousand that all try take the CPU which the gateway needs to start again.
/// Safe for concurrent use; holds nothing for a request that waits but its task.
/// </summary>
internal sealed class GatewayOutage(TimeProvider time)
{
    /// <summary>A try that has not failed after so long ends the outage: nobody refuses connections, and the answer takes its time.</summary>
    public static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = Signal();
    private volatile bool _isOn;
    private object? _trying;
    private long _since;
    private long _heard;

    /// <summary>Counts what is heard, so that nothing is concluded from a try that began before it.</summary>
    public long Heard => Volatile.Read(ref _heard);

    /// <summary>Whether the last that was heard is that no gateway can be reached.</summary>
    public bool IsOn => _isOn;

    /// <summary>No gateway took the connection of a try. That says nothing where one was reached since the try began.</summary>
    public void Begin(long begun)
    {
        lock (_lock)
        {
            if (_isOn || _heard > begun) return;
            Interlocked.Increment(ref _heard);
            _isOn = true;
        }
    }

    /// <summary>A gateway answered a try. One that drains answers what came before it closed its doors, which says nothing of the outage.</summary>
    public void End(long begun)
    {
        if (!_isOn)
        {
            Interlocked.Increment(ref _heard);
            return;
        }

        lock (_lock)
        {
            if (begun >= _heard) Conclude();
        }
    }

    /// <summary>A gateway took a connection, or there are others: who waits may try.</summary>
    public void End()
    {
        lock (_lock) Conclude();
    }

    /// <summary>The request tries no more.</summary>
    public void Leave(object request)
    {
        lock (_lock)
        {
            if (_trying != request) return;
            _trying = null;
            Tell();
        }
    }

    /// <summary>Waits until the outage is over, or it is for this request to try.</summary>
    /// <returns>False when that was not so within the limit.</returns>
    public async ValueTask<bool> MayTryAsync(object request, TimeSpan limit, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            Task changed;
            TimeSpan wait;
            lock (_lock)
            {
                if (!_isOn) return true;
                wait = LongestTry - time.GetElapsedTime(_since);
                if (_trying is not null && _trying != request && wait <= TimeSpan.Zero)
                {
                    Conclude();
                    return true;
                }

                if (_trying is null || _trying == request)
                {
                    (_trying, _since) = (request, time.GetTimestamp());
                    return true;
                }

                changed = _changed.Task;
            }

            var left = limit - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return false;
            cancel.ThrowIfCancellationRequested();
            // Timers know whole milliseconds, and must not be early.
            await changed.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling((left < wait ? left : wait).TotalMilliseconds)), time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Conclude()
    {
        Interlocked.Increment(ref _heard);
        if (!_isOn) return;
        (_isOn, _trying) = (false, null);
        Tell();
    }

    private void Tell()
    {
        _changed.SetResult();
        _changed = Signal();
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
