namespace FnMesh.Gateway.Deliveries;

/// <summary>What one subscription may hold at once.</summary>
/// <param name="Lookahead">Events in memory that wait or are in flight.</param>
/// <param name="LookaheadBytes">Their bytes.</param>
/// <param name="Parked">Events that wait for a redelivery, or behind one; at this bound nothing new is read.</param>
internal sealed record DeliveryBounds(int Lookahead = 1_024, long LookaheadBytes = 8 << 20, int Parked = 10_000)
{
    public static readonly DeliveryBounds Default = new();

    /// <summary>What one key may hold of the lookahead, so that a slow one leaves room for others: an eighth.</summary>
    public int KeyLookahead => Math.Max(1, Lookahead / 8);

    /// <summary>Their bytes.</summary>
    public long KeyLookaheadBytes => Math.Max(1, LookaheadBytes / 8);

    /// <summary>Events that the inbox remembers; an earlier one is not known for a duplicate any more.</summary>
    public const int Remembered = 100_000;

    /// <summary>Attempts that are kept with an event.</summary>
    public const int KeptAttempts = 100;

    /// <summary>Events that were not for the subscription and may be looked at again after a crash: fewer writes for it.</summary>
    public const int UnrecordedSkips = 256;
}
