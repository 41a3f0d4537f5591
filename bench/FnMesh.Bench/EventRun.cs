using System.Diagnostics;

namespace FnMesh.Bench;

/// <summary>One line of the table: publish for a while, wait for the last delivery, and take the gateway's CPU of both.</summary>
/// <param name="mesh">The gateway.</param>
/// <param name="function">Who acknowledges; null when nobody subscribes.</param>
/// <param name="inFlight">How many publications wait for their 202 at a time.</param>
internal sealed class EventRun(RunningMesh mesh, Function? function, int inFlight)
{
    private long _before;

    public async Task<string> MeasureAsync(TimeSpan duration)
    {
        using var publisher = new Publisher(mesh.Gateway, inFlight, _before);
        var (cpu, began) = (mesh.Cpu, Stopwatch.GetTimestamp());
        var published = await publisher.RunAsync(duration);
        _before = publisher.Last;
        var acknowledged = function is null ? null : await function.TakeAllAsync(published.Count);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var micros = (mesh.Cpu - cpu).TotalMicroseconds / published.Count;

        var taken = Sorted(published.Select(one => one.Taken - one.Sent));
        var delivered = acknowledged is null ? [] : Sorted(published.Select(one => acknowledged[one.Number] - one.Sent));
        var name = function is null ? "publish" : "publish and deliver";
        return $"| {name} | {inFlight} | {micros:0} | {published.Count / seconds:0} | {At(taken, 0.5)} | {At(taken, 0.99)} | {At(delivered, 0.5)} | {At(delivered, 0.99)} | {published.Count} |";
    }

    private static double[] Sorted(IEnumerable<long> ticks) => [.. ticks.Select(one => one * 1000.0 / Stopwatch.Frequency).Order()];

    private static string At(double[] sorted, double share) => sorted.Length == 0 ? "–" : $"{sorted[(int)(share * (sorted.Length - 1))]:0.00}";
}
