using System.Collections.Concurrent;
using FnMesh.Gateway.Broker.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Bench.Log;

/// <summary>Appends at a steady number in flight, each of which waits until its event is durable, with and without deleting.</summary>
internal static class LogLoad
{
    /// <param name="directory">Where logs are made.</param>
    /// <param name="inFlight">How many append at once.</param>
    /// <param name="keepBytes">What retention keeps; null for everything.</param>
    /// <param name="seconds">How long.</param>
    public static async Task RunAsync(string directory, int inFlight, long? keepBytes, double seconds)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, $"load-{inFlight}-{keepBytes}")).FullName;
        var bounds = keepBytes is { } most ? new RetentionBounds(TimeSpan.FromDays(7), most, TimeSpan.FromDays(30)) : null;
        ConcurrentBag<List<double>> all = [];
        long first;
        long end;
        await using (var log = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = folder, Retention = () => bounds }, NullLoggerFactory.Instance, TimeProvider.System, default))
        {
            var number = 0L;
            using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), TimeProvider.System);
            await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
            {
                List<double> taken = [];
                all.Add(taken);
                while (!over.IsCancellationRequested)
                {
                    var started = TimeProvider.System.GetTimestamp();
                    if (await log.AppendAsync([LogFill.Of(Interlocked.Increment(ref number))], default) is not null) taken.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
                }
            })));
            (first, end) = (log.First, log.End);
        }

        double[] times = [.. all.SelectMany(static taken => taken).Order()];
        Console.WriteLine($"| {inFlight} | {(keepBytes is { } kept ? $"{kept >> 20} MiB" : "all")} | {times.Length / seconds:0} | {At(times, 0.5)} | {At(times, 0.99)} | {At(times, 0.999)} | {At(times, 1)} | {end - first} of {end - 1} |");
        Directory.Delete(folder, recursive: true);
    }

    private static string At(double[] times, double share) => times.Length == 0 ? "-" : $"{times[Math.Min(times.Length - 1, (int)(share * times.Length))]:0.0}";
}
