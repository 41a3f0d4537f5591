using System.Diagnostics;

namespace FnMesh.Bench.Events;

/// <summary>Loads a server for a while, waits for the last delivery, and takes the CPU of both.</summary>
internal static class Turn
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static long s_next = 1;

    public static async Task<Figures> RunAsync(IEventPeer peer, Load load, TimeSpan duration)
    {
        var ledger = new Ledger(s_next);
        await peer.BeginAsync(load.Delivers ? ledger.Acknowledged : null);
        using var own = Process.GetCurrentProcess();
        var (cpu, client, began) = (peer.Cpu, own.TotalProcessorTime, Stopwatch.GetTimestamp());
        if (load.PerSecond is { } rate) await SteadyAsync(peer, load, rate, ledger, duration);
        else await Task.WhenAll(Enumerable.Range(0, load.InFlight).Select(_ => Task.Run(() => LoopAsync(peer, load, ledger, began, duration))));
        if (load.Delivers) await ledger.AllAcknowledgedAsync();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        own.Refresh();
        var figures = new Figures(
            (peer.Cpu - cpu).TotalMicroseconds / ledger.Count, (own.TotalProcessorTime - client).TotalMicroseconds / ledger.Count, ledger.Count / seconds,
            Of(ledger.TakenMilliseconds()), load.Delivers ? Of(ledger.DeliveredMilliseconds()) : (double.NaN, double.NaN));
        s_next = ledger.Next;
        await peer.EndAsync();
        GC.Collect();
        return figures;
    }

    private static async Task LoopAsync(IEventPeer peer, Load load, Ledger ledger, long began, TimeSpan duration)
    {
        while (Stopwatch.GetElapsedTime(began) < duration) await PublishAsync(peer, load.Batch, ledger);
    }

    /// <summary>Each tick what is due by then is sent: it waits for nobody, unless too many are on their way.</summary>
    private static async Task SteadyAsync(IEventPeer peer, Load load, double perSecond, Ledger ledger, TimeSpan duration)
    {
        var began = Stopwatch.GetTimestamp();
        using var room = new SemaphoreSlim(load.InFlight);
        var total = (long)(perSecond * duration.TotalSeconds);
        List<Task> all = [];
        while (ledger.Count < total)
        {
            var due = Math.Min(total, (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond));
            while (ledger.Count < due)
            {
                await room.WaitAsync();
                all.Add(OneAsync(peer, ledger, room));
            }

            await Task.Delay(Tick, TimeProvider.System);
        }

        await Task.WhenAll(all);
    }

    private static async Task OneAsync(IEventPeer peer, Ledger ledger, SemaphoreSlim room)
    {
        await PublishAsync(peer, 1, ledger);
        room.Release();
    }

    private static async Task PublishAsync(IEventPeer peer, int count, Ledger ledger)
    {
        var number = ledger.Send(count);
        await (count == 1 ? peer.PublishAsync(number) : peer.PublishBatchAsync(number, count));
        ledger.Taken(number, count);
    }

    private static (double P50, double P99) Of(double[] sorted) => sorted.Length == 0 ? (0, 0) : (sorted[sorted.Length / 2], sorted[(int)(0.99 * (sorted.Length - 1))]);
}
