using FnMesh.Policy.Snapshots;
using Microsoft.Data.Sqlite;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Where in the log a new subscription begins.</summary>
internal sealed class StartPlace(SqliteConnection connection) : IDisposable
{
    private readonly Statement _first = new(connection, "SELECT offset, received FROM events WHERE offset >= ?1 ORDER BY offset LIMIT 1");

    /// <param name="start">What the policy says; null for the end.</param>
    /// <param name="end">The offset that the next event gets.</param>
    public long Of(StartEntry? start, long end) => start switch
    {
        { IsEarliest: true } => First(0)?.Offset ?? end,
        { Offset: { } offset } => Math.Min(offset, end),
        { Time: { } time } => At(time.UtcTicks, end),
        _ => end,
    };

    public void Dispose() => _first.Dispose();

    /// <summary>By halves: events stand in the log in the order in which they were taken.</summary>
    private long At(long ticks, long end)
    {
        var (low, high) = (First(0)?.Offset ?? end, end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (First(middle) is { } found && found.Received < ticks) low = found.Offset + 1;
            else high = middle;
        }

        return low;
    }

    private (long Offset, long Received)? First(long from)
    {
        (long, long)? first = _first.Bind(1, from).Step() ? (_first.Number(0), _first.Number(1)) : null;
        _first.Reset();
        return first;
    }
}
