using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Deliveries;

/// <summary>
/// Which events, by source and id, a subscription took within a window of the broker's time. It is read from the log, which has them already, and so needs no store of its own:
/// read again after a crash, the log says again what came within the window, though perhaps not with which event that began. Its owner guards it.
/// </summary>
/// <param name="capacity">How many are remembered; beyond it the oldest is forgotten.</param>
/// <param name="window">How far back it knows of events.</param>
internal sealed class Inbox(int capacity, TimeSpan window)
{
    private readonly Dictionary<UInt128, DateTimeOffset> _taken = [];
    private readonly Queue<(UInt128 Event, DateTimeOffset Received)> _order = new();

    /// <summary>How far back it knows of events: the shortest window that it was asked with.</summary>
    public TimeSpan Window { get; private set; } = window;

    /// <summary>Whether the same event came before and within the window; if not it is remembered. Called in the order of the log. What is replayed comes again on purpose: it is no duplicate, and nothing is one because of it.</summary>
    public bool IsDuplicate(StoredEvent stored, TimeSpan window)
    {
        if (stored.Event.Replay is not null) return false;
        if (window < Window) Window = window;
        var key = KeyOf(stored.Event);
        if (_taken.TryGetValue(key, out var first) && stored.Received - first < window) return true;
        while (_order.TryPeek(out var oldest) && (_order.Count >= capacity || stored.Received - oldest.Received >= window))
        {
            _order.Dequeue();
            if (_taken.TryGetValue(oldest.Event, out var at) && at == oldest.Received) _taken.Remove(oldest.Event);
        }

        _taken[key] = stored.Received;
        _order.Enqueue((key, stored.Received));
        return false;
    }

    /// <summary>What a subscription that begins at an offset took before it: at most as much of the log as the bounds say.</summary>
    /// <param name="lane">What it is delivered from.</param>
    /// <param name="next">Where the subscription goes on.</param>
    /// <param name="rules">Its policy, with a window.</param>
    /// <param name="capacity">How many are remembered, and how far is looked back.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async ValueTask<Inbox> ReadAsync(ILane lane, long next, SubscriptionRules rules, int capacity, CancellationToken cancel)
    {
        var window = rules.Delivery.DeduplicateWindow!.Value;
        var inbox = new Inbox(capacity, window);
        for (var from = await BeginAsync(lane, next, window, capacity, cancel); from < next;)
        {
            var read = await lane.ReadAsync(from, (int)Math.Min(Chunk, next - from), ChunkBytes, cancel);
            if (read.Count == 0) break;
            foreach (var stored in read)
            {
                if (stored.Offset < next && rules.Matches(stored.Event)) inbox.IsDuplicate(stored, window);
            }

            from = read[^1].Offset + 1;
        }

        return inbox;
    }

    private const int Chunk = 1_024;
    private const long ChunkBytes = 8 << 20;

    /// <summary>Back by chunks until one begins before the window.</summary>
    private static async ValueTask<long> BeginAsync(ILane lane, long next, TimeSpan window, int capacity, CancellationToken cancel)
    {
        var least = Math.Max(lane.First, next - capacity);
        DateTimeOffset? newest = null;
        var from = next;
        while (from > least)
        {
            from = Math.Max(least, from - Chunk);
            if (await lane.ReadAsync(from, 1, 1, cancel) is not [var first]) return next;
            newest ??= (await lane.ReadAsync(next - 1, 1, 1, cancel) is [var last] ? last : first).Received;
            if (newest - first.Received >= window) break;
        }

        return from;
    }

    private static UInt128 KeyOf(EventRecord record)
    {
        var text = string.Concat(record.Source, "\0", record.Id);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
