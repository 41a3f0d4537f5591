namespace FnMesh.Gateway.Deliveries;

/// <summary>Whose turn it is: events that were never parked, and those that come again. Its owner guards it.</summary>
internal sealed class Turns(int concurrency)
{
    private readonly Queue<PendingDelivery> _fresh = new();
    private int _redelivering;

    /// <summary>Parked events that are due.</summary>
    public Queue<PendingDelivery> Again { get; } = new();

    public int InFlight { get; private set; }

    public bool Waiting => _fresh.Count > 0 || Again.Count > 0;

    public void Add(PendingDelivery delivery) => (delivery.Parked is null ? _fresh : Again).Enqueue(delivery);

    /// <summary>Begins the next; redeliveries take at most half of the places while others wait.</summary>
    /// <returns>Null when nothing waits, or no more may be in flight.</returns>
    public PendingDelivery? Begin()
    {
        if (InFlight >= concurrency) return null;
        var again = Again.Count > 0 && (_fresh.Count == 0 || _redelivering < Math.Max(1, concurrency / 2));
        if (!(again ? Again : _fresh).TryDequeue(out var delivery)) return null;
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
