using System.Globalization;

namespace FnMesh.Bench.Balance;

/// <summary>Four processes of one revision, calls at a steady rate, and what becomes of them when one process does worse.</summary>
internal static class BalanceRun
{
    /// <summary>After how many failures in a row an endpoint is left alone where no policy says it.</summary>
    private const int Failures = 5;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(12);

    public static async Task RunAsync(string program, string algorithm, int perSecond)
    {
        string[] command = ["dotnet", typeof(BalanceRun).Assembly.Location, BalanceFunction.Name];
        await using var mesh = await RunningMesh.StartBalancedAsync(program, command, algorithm);
        using var run = new SteadyCalls(mesh.Gateway, perSecond);
        await run.RunAsync(TimeSpan.FromSeconds(5));
        var well = await run.RunAsync(TimeSpan.FromSeconds(8));
        var chosen = well.GroupBy(call => call.Who).Select(group => group.Key).Order(StringComparer.Ordinal).ToArray();
        Console.WriteLine(Line(algorithm, "all well", well, chosen[0], well));

        await run.BecomeAsync(chosen[0], 100, 200);
        Console.WriteLine(Line(algorithm, "one ten times slower, first 5 s", await run.RunAsync(TimeSpan.FromSeconds(5)), chosen[0], well));
        Console.WriteLine(Line(algorithm, "the 15 s after", await run.RunAsync(TimeSpan.FromSeconds(15)), chosen[0], well));
        await run.BecomeAsync(chosen[0], 10, 200);
        await run.RunAsync(TimeSpan.FromSeconds(10));
        Console.WriteLine(Line(algorithm, "quick again, after 10 s", await run.RunAsync(TimeSpan.FromSeconds(5)), chosen[0], well));

        await run.BecomeAsync(chosen[0], 10, 500);
        var failing = await run.RunAsync(TimeSpan.FromSeconds(16));
        var fifth = failing.Where(call => call.Who == chosen[0] && call.Status != 200).Select(call => call.Ended).Order().ElementAt(Failures - 1);
        Console.WriteLine(Line(algorithm, "it answers 500, until it has failed five times", [.. failing.Where(call => call.Began <= fifth)], chosen[0], well));
        Console.WriteLine(Line(algorithm, "the 2 s after the fifth failure", [.. failing.Where(call => call.Began > fifth && call.Began <= fifth + Soon)], chosen[0], well));
        Console.WriteLine(Line(algorithm, "the 12 s after", [.. failing.Where(call => call.Began > fifth + Soon && call.Began <= fifth + Soon + Later)], chosen[0], well));
        await run.BecomeAsync(chosen[0], 10, 200);
        await run.RunAsync(TimeSpan.FromSeconds(20));
        Console.WriteLine(Line(algorithm, "well again, after 20 s", await run.RunAsync(TimeSpan.FromSeconds(5)), chosen[0], well));
    }

    private static string Line(string algorithm, string phase, Call[] calls, string one, Call[] well)
    {
        var (p95, usual) = (At(calls, 0.95), At(well, 0.95));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {algorithm} | {phase} | {calls.Length} | {100.0 * calls.Count(call => call.Who == one) / calls.Length:0.00} % | {At(calls, 0.5):0.0} | {p95:0.0} | {p95 / usual:0.00} | {calls.Count(call => call.Status != 200)} |");
    }

    private static double At(Call[] calls, double share) => calls.Select(call => call.Milliseconds).Order().ElementAt((int)(calls.Length * share));
}
