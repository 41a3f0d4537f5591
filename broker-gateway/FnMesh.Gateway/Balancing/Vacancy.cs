using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Balancing;

/// <summary>
/// The endpoints of a revision as they are now, and the calls that wait while nobody can reach any. It outlives the table, so that a call that waits under one table goes on to who comes with the next.
/// Calls wait only for so long after the last endpoint was lost: afterwards they fail at once, until one stands again. Safe for concurrent use.
/// </summary>
internal sealed class Vacancy(Standings standings, TimeProvider time)
{
    /// <summary>How long after the last endpoint was lost calls wait for the next: the lease of an endpoint, for who has not come back by then counts as gone everywhere.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Calls that wait at once; more are told so at once.</summary>
    public const int MaxWaiting = 256;

    private Endpoint[]? _endpoints;
    private long _emptySince;
    private int _waiting;

    /// <summary>The endpoints of the latest table.</summary>
    public Endpoint[] Endpoints => Volatile.Read(ref _endpoints) ?? [];

    /// <summary>Calls that wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>A table was bound with these; who waits is told when they are others.</summary>
    public void Fill(Endpoint[] endpoints)
    {
        lock (standings.Lock)
        {
            if (_endpoints is { } before && before.AsSpan().SequenceEqual(endpoints)) return;
            // Who could not be reached any more was lost then, and not when it left the table.
            if (endpoints.Length == 0) _emptySince = _endpoints is null ? time.GetTimestamp() : Read().LostAt ?? time.GetTimestamp();
            Volatile.Write(ref _endpoints, endpoints);
            standings.Changed();
        }
    }

    /// <summary>Waits until an endpoint stands, or one is due to be tried.</summary>
    /// <param name="limit">The longest that this call may wait.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask<Arrival> NextAsync(TimeSpan limit, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var isCounted = false;
        try
        {
            while (true)
            {
                var changed = standings.Next;
                var left = limit - time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero || cancel.IsCancellationRequested) return new(IsOver: true);
                var (isServed, lostAt) = Read();
                if (isServed) return default;
                left = Lesser(left, lostAt is { } at ? Longest - time.GetElapsedTime(at) : TimeSpan.Zero);
                if (left <= TimeSpan.Zero) return new(IsOver: true);
                var due = Due();
                if (due is { State.IsDue: true })
                {
                    if (due.State.MayTry()) return new(IsOver: false, Trial: due);
                    continue;
                }

                if (!isCounted)
                {
                    isCounted = true;
                    if (Interlocked.Increment(ref _waiting) > MaxWaiting) return new(IsOver: true, IsFull: true);
                }

                // It may have come to stand, or its pause have ended, since it was found not to be due.
                if (due is not null) left = Lesser(left, due.State.DueIn) is { Ticks: > 0 } later ? later : TimeSpan.Zero;
                // Timers know whole milliseconds, and must not be early.
                await changed.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            if (isCounted) Interlocked.Decrement(ref _waiting);
        }
    }

    /// <returns>Whether one stands; else when the last one was lost, as a timestamp. None was lost while one is left alone for another reason than that nobody reaches it: that one is tried.</returns>
    private (bool IsServed, long? LostAt) Read()
    {
        lock (standings.Lock)
        {
            if (Endpoints is not { Length: > 0 } endpoints) return (false, _emptySince);
            if (Array.Exists(endpoints, static endpoint => endpoint.State.Stands)) return (true, null);
            if (Array.Exists(endpoints, static endpoint => endpoint.State.Out != OutReason.Unreachable)) return default;
            return (false, endpoints.Max(static endpoint => endpoint.State.UnreachableSince));
        }
    }

    /// <summary>Who is due first for a call that waits.</summary>
    private Endpoint? Due()
    {
        lock (standings.Lock)
        {
            foreach (var endpoint in Endpoints) endpoint.State.Awaited();
            return Endpoints.MinBy(static endpoint => endpoint.State.DueIn);
        }
    }

    private static TimeSpan Lesser(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>What a wait came to.</summary>
    /// <param name="IsOver">Nobody came in time.</param>
    /// <param name="IsFull">There was no wait: as many wait as may.</param>
    /// <param name="Trial">Who is due, and is to be tried by this call.</param>
    internal readonly record struct Arrival(bool IsOver, bool IsFull = false, Endpoint? Trial = null);
}
