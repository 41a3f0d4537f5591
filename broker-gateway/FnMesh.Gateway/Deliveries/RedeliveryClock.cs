namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// Parked events in order of their due times, and one timer for the earliest. A backoff is a stretch of time, and no correction of the wall clock
/// changes it; what is delivered at a time of the day goes by the wall clock, which is looked at every minute. Its owner guards it.
/// </summary>
internal sealed class RedeliveryClock(TimeProvider time, Action due) : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestGuess = TimeSpan.FromMinutes(1);

    private readonly PriorityQueue<PendingDelivery, (TimeSpan After, long Offset)> _after = new();
    private readonly PriorityQueue<PendingDelivery, (DateTimeOffset At, long Offset)> _at = new();
    private readonly ITimer _timer = time.CreateTimer(static state => ((Action)state!)(), due, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private readonly long _began = time.GetTimestamp();

    /// <summary>As much time as lies between now and then passes first.</summary>
    public void After(PendingDelivery delivery, DateTimeOffset then)
    {
        _after.Enqueue(delivery, (Elapsed + (then - time.GetUtcNow()), delivery.Offset));
        if (_after.Peek() == delivery) Arm();
    }

    /// <summary>Due when the wall clock says so.</summary>
    public void At(PendingDelivery delivery, DateTimeOffset then)
    {
        _at.Enqueue(delivery, (then, delivery.Offset));
        if (_at.Peek() == delivery) Arm();
    }

    /// <summary>Takes what is due by now, earliest first, and waits for the rest.</summary>
    public void MoveDue(Action<PendingDelivery> take)
    {
        var (elapsed, now) = (Elapsed, time.GetUtcNow());
        while (_after.TryPeek(out var delivery, out var place) && place.After <= elapsed)
        {
            _after.Dequeue();
            take(delivery);
        }

        while (_at.TryPeek(out var delivery, out var place) && place.At <= now)
        {
            _at.Dequeue();
            take(delivery);
        }

        Arm();
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private TimeSpan Elapsed => time.GetElapsedTime(_began);

    private void Arm()
    {
        var wait = TimeSpan.MaxValue;
        if (_after.TryPeek(out _, out var after)) wait = Shorter(after.After - Elapsed, LongestTimer);
        if (_at.TryPeek(out _, out var at)) wait = Shorter(wait, Shorter(at.At - time.GetUtcNow(), LongestGuess));
        if (wait == TimeSpan.MaxValue) return;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling(wait.TotalMilliseconds), 0)), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
