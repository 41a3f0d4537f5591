namespace FnMesh.Bench.Events;

/// <summary>What one turn came to.</summary>
/// <param name="Micros">CPU of the server for each event, in µs.</param>
/// <param name="ClientMicros">CPU of publisher and subscriber for each event, in µs.</param>
/// <param name="PerSecond">Events a second, until the last was acknowledged.</param>
/// <param name="Taken">p50 and p99 from sending to the publisher's acknowledgement, in ms.</param>
/// <param name="Delivered">p50 and p99 from sending to the subscriber's acknowledgement, in ms; NaN when nobody subscribes.</param>
internal readonly record struct Figures(double Micros, double ClientMicros, double PerSecond, (double P50, double P99) Taken, (double P50, double P99) Delivered)
{
    public override string ToString() => $"{Micros:0.0} | {ClientMicros:0.0} | {PerSecond:0} | {Text(Taken)} | {Text(Delivered)}";

    /// <summary>The medians of several turns.</summary>
    public static Figures Median(IReadOnlyCollection<Figures> turns) => new(
        Median(turns.Select(static one => one.Micros)), Median(turns.Select(static one => one.ClientMicros)), Median(turns.Select(static one => one.PerSecond)),
        (Median(turns.Select(static one => one.Taken.P50)), Median(turns.Select(static one => one.Taken.P99))),
        (Median(turns.Select(static one => one.Delivered.P50)), Median(turns.Select(static one => one.Delivered.P99))));

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text((double P50, double P99) times) => double.IsNaN(times.P50) ? "– | –" : $"{times.P50:0.00} | {times.P99:0.00}";
}
