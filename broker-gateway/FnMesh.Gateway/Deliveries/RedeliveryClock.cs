namespace FnMesh.Gateway.Deliveries;

/// <summary>Parked events in order of their due times, and one timer for the earliest. Its owner guards it.</summary>
internal sealed class RedeliveryClock(TimeProvider time, Action due) : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly PriorityQueue<PendingDelivery, (long Ticks, long Offset)> _waiting = new();
    private readonly ITimer _timer = time.CreateTimer(static state => ((Action)state!)(), due, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Add(PendingDelivery delivery, DateTimeOffset at)
    {
        _waiting.Enqueue(delivery, (at.UtcTicks, delivery.Offset));
        if (_waiting.Peek() == delivery) Arm();
    }

    /// <summary>Takes what is due by now, earliest first, and waits for the rest.</summary>
    public void MoveDue(Queue<PendingDelivery> ready)
    {
        var now = time.GetUtcNow().UtcTicks;
        while (_waiting.TryPeek(out var delivery, out var at) && at.Ticks <= now)
        {
            _waiting.Dequeue();
            ready.Enqueue(delivery);
        }

        Arm();
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Arm()
    {
        if (!_waiting.TryPeek(out _, out var at)) return;
        var wait = TimeSpan.FromTicks(Math.Max(at.Ticks - time.GetUtcNow().UtcTicks, 0));
        if (wait > LongestTimer) wait = LongestTimer;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }
}
