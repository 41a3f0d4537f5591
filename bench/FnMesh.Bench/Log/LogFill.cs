using System.Globalization;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Events;
using Microsoft.Data.Sqlite;

namespace FnMesh.Bench.Log;

/// <summary>Fills a log with events of 1 KB, as the gateway would have stored them over six days, in large transactions without syncing.</summary>
internal static class LogFill
{
    public const int Types = 40;
    public const int DataBytes = 1_024;
    private const int AtOnce = 20_000;
    private static readonly TimeSpan Span = TimeSpan.FromDays(6);

    /// <summary>The data of every event: JSON of <see cref="DataBytes"/>.</summary>
    private static readonly byte[] Data = [.. "{\"text\":\""u8, .. Enumerable.Repeat((byte)'x', DataBytes - 11), .. "\"}"u8];

    /// <returns>When the first event was received.</returns>
    public static DateTimeOffset Run(string directory, long events)
    {
        var started = TimeProvider.System.GetTimestamp();
        var begin = TimeProvider.System.GetUtcNow() - Span;
        var connection = LogFile.OpenForWriting(LogFile.PathIn(directory), syncs: false);
        Execute(connection, "PRAGMA journal_mode = OFF; PRAGMA cache_size = -262144;");
        using (var tables = new LogTables(connection, static () => null, TimeProvider.System))
        {
            var batch = new EventRecord[AtOnce];
            for (var done = 0L; done < events; done += AtOnce)
            {
                tables.Begin();
                for (var i = 0; i < AtOnce; i++) batch[i] = Of(done + i);
                tables.Append(EncodedEvent.All(batch, begin + Span * ((double)done / events)));
                tables.Commit();
            }

            Execute(connection, "PRAGMA journal_mode = WAL;");
        }

        var bytes = new FileInfo(LogFile.PathIn(directory)).Length;
        Console.WriteLine($"# filled with {events.ToString("N0", CultureInfo.InvariantCulture)} events of {DataBytes} bytes in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s; the file has {bytes / (double)(1 << 30):0.0} GiB, {bytes / events} bytes an event");
        return begin;
    }

    /// <summary>One event in a million has a type of its own.</summary>
    public static EventRecord Of(long number) => new()
    {
        Attributes =
        [
            new("id", $"event-{number:D10}"), new("source", $"/shop/{number % 50}"), new("type", number % 1_000_000 == 500_000 ? "shop.audit.done" : $"shop.order.{number % Types}"),
            new("subject", $"order-{number / 3}"), new("time", "2026-01-01T00:00:00Z"), new("datacontenttype", "application/json"), new("partitionkey", $"key-{number % 10_000}"),
        ],
        Data = Data,
        Principal = "app/orders",
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
