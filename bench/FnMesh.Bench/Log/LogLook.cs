using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Bench.Log;

/// <summary>Opens a log as a gateway does, and asks it what people and replays ask.</summary>
internal static class LogLook
{
    public static async Task RunAsync(string directory)
    {
        var process = Environment.ProcessId;
        var before = ResidentMegabytes(process);
        EmbeddedBroker? broker = null;
        await MeasureAsync("start: opened, and a subscription registered", async () =>
        {
            broker = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = directory }, NullLoggerFactory.Instance, TimeProvider.System, default);
            await broker.RegisterAsync("s", null, default);
            return $"{broker.End - broker.First} events";
        });
        await using var log = broker!;
        var middle = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(3);
        await MeasureAsync("list the newest 50", () => ListAsync(log, new EventQuery(50)));
        await MeasureAsync("list 50 of a type in 40", () => ListAsync(log, new EventQuery(50, Type: "shop.order.7")));
        await MeasureAsync("list all of a type that one in a million has", () => ListAsync(log, new EventQuery(50, Type: "shop.audit.done")));
        await MeasureAsync("list all of a subject, from the oldest tenth", () => ListAsync(log, new EventQuery(50, Subject: $"order-{(log.End - log.First) / 30}")));
        await MeasureAsync("list a subject that is not there", () => ListAsync(log, new EventQuery(50, Subject: "order-none")));
        await MeasureAsync("list 50 of a source before three days ago", () => ListAsync(log, new EventQuery(50, Source: "/shop/7", Until: middle)));
        await MeasureAsync("show by id, from the oldest tenth", () => ListAsync(log, new EventQuery(1, Id: $"event-{(log.End - log.First) / 20:D10}")));
        await MeasureAsync("replay from three days ago: the first 1,000 read", async () =>
        {
            var from = await log.FindAsync(middle, default);
            return $"{(await log.ReadAsync(from, 1_000, 16 << 20, default)).Count} from offset {from}";
        });
        await MeasureAsync("read a million from there", async () =>
        {
            var (next, count) = (await log.FindAsync(middle, default), 0);
            while (count < 1_000_000 && await log.ReadAsync(next, 1_000, 4 << 20, default) is { Count: > 0 } batch) (next, count) = (batch[^1].Offset + 1, count + batch.Count);
            return $"{count}";
        });
        GC.Collect();
        Console.WriteLine($"# memory: {before} MB resident before opening, {ResidentMegabytes(process)} MB afterwards; heap {GC.GetTotalMemory(forceFullCollection: true) >> 20} MB");
    }

    private static async Task<string> ListAsync(EmbeddedBroker log, EventQuery query)
    {
        var page = await log.ListEventsAsync(query, default);
        return $"{page.Items.Count} found{(page.Next is { } next && page.Items.Count < query.Limit ? $", more before {next}" : "")}";
    }

    private static async Task MeasureAsync(string what, Func<Task<string>> ask)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await ask();
        Console.WriteLine($"| {what} | {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} | {answer} | {ResidentMegabytes(Environment.ProcessId)} |");
    }

    private static long ResidentMegabytes(int process) =>
        long.Parse(File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) >> 10;
}
