namespace FnMesh.Gateway.Deliveries;

/// <summary>Whose turn it is: events that were never parked, and those that come again. Its owner guards it.</summary>
internal sealed class Turns
{
    private readonly Queue<PendingDelivery> _fresh = new();
    private readonly Queue<PendingDelivery> _again = new();
    private int _redelivering;

    public int InFlight { get; private set; }

    public bool Waiting => _fresh.Count > 0 || _again.Count > 0;

    public void Add(PendingDelivery delivery) => (delivery.Parked is null ? _fresh : _again).Enqueue(delivery);

    /// <summary>Begins the next; redeliveries take at most half of the places while others wait.</summary>
    /// <param name="concurrency">How many may be in flight.</param>
    /// <param name="pace">Asked last, and only when one could begin.</param>
    /// <param name="perSecond">How many may begin in a second; null for any number.</param>
    /// <param name="isStrict">Never two at once.</param>
    /// <returns>Null when nothing waits, or no more may begin.</returns>
    public PendingDelivery? Begin(int concurrency, Pace pace, double? perSecond, bool isStrict)
    {
        if (InFlight >= concurrency || !Waiting) return null;
        var again = _again.Count > 0 && (_fresh.Count == 0 || _redelivering < Math.Max(1, concurrency / 2));
        var next = again ? _again : _fresh;
        if (next.Count == 0 || !pace.TryTake(perSecond, isStrict)) return null;
        var delivery = next.Dequeue();
        InFlight++;
        if (again) _redelivering++;
        delivery.InFlight = true;
        return delivery;
    }

    /// <summary>What was begun has ended; asked before the delivery's state changes.</summary>
    public void End(PendingDelivery delivery)
    {
        InFlight--;
        if (delivery.Parked is not null) _redelivering--;
        delivery.InFlight = false;
    }
}
