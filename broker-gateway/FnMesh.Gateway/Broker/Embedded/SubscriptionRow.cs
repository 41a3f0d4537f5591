namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>The writer's view of an open subscription, within the transaction that runs.</summary>
internal sealed class SubscriptionRow(long number, long cursor)
{
    private const int OffsetBits = 40;

    /// <summary>Offsets below 2^40: a trillion events.</summary>
    public const long MaxOffset = (1L << OffsetBits) - 1;

    public long Number => number;

    public long Cursor { get; set; } = cursor;

    /// <summary>Settled offsets at or after the cursor.</summary>
    public HashSet<long> Ahead { get; } = [];

    /// <summary>Those of them that have no row yet.</summary>
    public HashSet<long> Unwritten { get; } = [];

    /// <summary>How many have a row.</summary>
    public int Written { get; set; }

    /// <summary>Offsets that are parked.</summary>
    public HashSet<long> Parked { get; } = [];

    public bool Touched { get; set; }

    public long PlaceOf(long offset) => (number << OffsetBits) | offset;

    public static long OffsetOf(long place) => place & MaxOffset;
}
