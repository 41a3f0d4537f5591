namespace FnMesh.Gateway.Deliveries;

/// <summary>What a subscription holds in memory: events that wait for their turn or are in flight. Its owner guards it.</summary>
internal sealed class Lookahead(DeliveryBounds bounds)
{
    private TaskCompletionSource? _change;

    public int Events { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>How much more may be read now; 0 or less when it is full.</summary>
    /// <param name="parked">Events that are parked already: what is read now may have to join them.</param>
    /// <param name="glance">Just far enough to know that something is there, and no key gets more than its share.</param>
    public (int Events, long Bytes) Room(int parked, bool glance)
    {
        var room = (Events: Math.Min(bounds.Lookahead - Events, bounds.Parked - parked - Events), Bytes: bounds.LookaheadBytes - Bytes);
        return glance ? (Math.Min(room.Events, bounds.KeyLookahead), Math.Min(room.Bytes, bounds.KeyLookaheadBytes)) : room;
    }

    /// <summary>Whether a key may hold one more event; one it may always hold.</summary>
    public bool HasShare(KeyLine line, long size) =>
        line.Held == 0 || (line.Held < bounds.KeyLookahead && line.HeldBytes + size <= bounds.KeyLookaheadBytes);

    public void Enter(PendingDelivery delivery)
    {
        Events++;
        Bytes += delivery.Size;
        delivery.Line?.Hold(1, delivery.Size);
    }

    public void Leave(PendingDelivery delivery)
    {
        Events--;
        Bytes -= delivery.Size;
        delivery.Line?.Hold(-1, -delivery.Size);
        delivery.Stored = null;
        Changed();
    }

    /// <summary>Completes when there may be room again.</summary>
    public Task WhenChanged() => (_change ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed()
    {
        _change?.TrySetResult();
        _change = null;
    }
}
