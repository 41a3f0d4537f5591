namespace FnMesh.Node.Members;

/// <summary>
/// While no gateway can be reached one request at a time tries, and the others wait for what it finds: a thousand that all try take the CPU which the gateway needs to start again.
/// Safe for concurrent use; holds nothing for a request that waits but its task.
/// </summary>
internal sealed class GatewayOutage(TimeProvider time)
{
    /// <summary>After so long without an outcome of its try a request makes room for the next: it may have reached a gateway, whose answer takes its time.</summary>
    public static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = Signal();
    private bool _isOn;
    private object? _trying;
    private long _since;

    /// <summary>Whether the last that was heard is that no gateway can be reached.</summary>
    public bool IsOn
    {
        get
        {
            lock (_lock) return _isOn;
        }
    }

    /// <summary>No gateway took a connection.</summary>
    public void Begin()
    {
        lock (_lock) _isOn = true;
    }

    /// <summary>A gateway took a connection, or there are others: who waits may try.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (!_isOn) return;
            (_isOn, _trying) = (false, null);
            Tell();
        }
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
                if (_trying is null || _trying == request || wait <= TimeSpan.Zero)
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

    private void Tell()
    {
        _changed.SetResult();
        _changed = Signal();
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
