namespace FnMesh.Gateway.Deliveries;

/// <summary>The events of one partition key that are not settled, in order of offset; only the first is ever delivered.</summary>
internal sealed class KeyLine(string key)
{
    private readonly Queue<PendingDelivery> _waiting = new();

    public string Key => key;

    public PendingDelivery? First => _waiting.TryPeek(out var first) ? first : null;

    public IEnumerable<PendingDelivery> All => _waiting;

    /// <summary>How many of them are in memory.</summary>
    public int Held { get; private set; }

    /// <summary>Their bytes.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Whether a newcomer must be parked: the first waits for its redelivery, or others are parked before it.</summary>
    public bool MustPark => _waiting.Count > 0 && (_parkedBehind > 0 || First is { Parked: not null, InFlight: false });

    private int _parkedBehind;

    public void Enqueue(PendingDelivery delivery)
    {
        _waiting.Enqueue(delivery);
        if (_waiting.Count > 1 && delivery.Parked is not null) _parkedBehind++;
    }

    public void Hold(int events, long bytes)
    {
        Held += events;
        HeldBytes += bytes;
    }

    /// <summary>One that stands behind the first has been parked.</summary>
    public void ParkedBehind() => _parkedBehind++;

    /// <returns>The new first; null when the line is empty.</returns>
    public PendingDelivery? Advance()
    {
        _waiting.Dequeue();
        if (First is { Parked: not null }) _parkedBehind--;
        return First;
    }
}
