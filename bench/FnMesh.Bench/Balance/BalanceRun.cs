using System.Diagnostics;
using System.Globalization;

namespace FnMesh.Bench.Balance;

/// <summary>Four processes of one revision, calls at a steady rate, and what becomes of them when one process does worse.</summary>
internal sealed class BalanceRun(Uri gateway) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    public static async Task RunAsync(string program, string algorithm, int perSecond)
    {
        string[] command = ["dotnet", typeof(BalanceRun).Assembly.Location, BalanceFunction.Name];
        await using var mesh = await RunningMesh.StartBalancedAsync(program, command, algorithm);
        using var run = new BalanceRun(mesh.Gateway);
        await run.LoadAsync(perSecond, TimeSpan.FromSeconds(5));
        var well = await run.LoadAsync(perSecond, TimeSpan.FromSeconds(8));
        var chosen = well.GroupBy(call => call.Who).Select(group => group.Key).Order(StringComparer.Ordinal).ToArray();
        Console.WriteLine(Line(algorithm, "all well", well, chosen[0], well));

        await run.BecomeAsync(chosen[0], 100, 200);
        Console.WriteLine(Line(algorithm, "one ten times slower, first 5 s", await run.LoadAsync(perSecond, TimeSpan.FromSeconds(5)), chosen[0], well));
        Console.WriteLine(Line(algorithm, "the 15 s after", await run.LoadAsync(perSecond, TimeSpan.FromSeconds(15)), chosen[0], well));
        await run.BecomeAsync(chosen[0], 10, 200);
        await run.LoadAsync(perSecond, TimeSpan.FromSeconds(10));
        Console.WriteLine(Line(algorithm, "quick again, after 10 s", await run.LoadAsync(perSecond, TimeSpan.FromSeconds(5)), chosen[0], well));

        await run.BecomeAsync(chosen[0], 10, 500);
        Console.WriteLine(Line(algorithm, "it answers 500, first 2 s", await run.LoadAsync(perSecond, TimeSpan.FromSeconds(2)), chosen[0], well));
        Console.WriteLine(Line(algorithm, "the 12 s after", await run.LoadAsync(perSecond, TimeSpan.FromSeconds(12)), chosen[0], well));
        await run.BecomeAsync(chosen[0], 10, 200);
        await run.LoadAsync(perSecond, TimeSpan.FromSeconds(20));
        Console.WriteLine(Line(algorithm, "well again, after 20 s", await run.LoadAsync(perSecond, TimeSpan.FromSeconds(5)), chosen[0], well));
    }

    public void Dispose() => _client.Dispose();

    private async Task BecomeAsync(string port, int milliseconds, int status)
    {
        using var answer = await _client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/become/{milliseconds}/{status}")), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Calls at a steady rate, whatever becomes of those before.</summary>
    private async Task<Call[]> LoadAsync(int perSecond, TimeSpan length)
    {
        var calls = new List<Task<Call>>();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) is var gone && gone < length)
        {
            for (var due = (int)(gone.TotalSeconds * perSecond); calls.Count < due;) calls.Add(CallAsync());
            await Task.Delay(2);
        }

        return await Task.WhenAll(calls);
    }

    private async Task<Call> CallAsync()
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await _client.GetAsync(new Uri(gateway, "/work"));
        return new(answer.Headers.TryGetValues(BalanceFunction.Who, out var who) ? who.First() : "", Stopwatch.GetElapsedTime(began).TotalMilliseconds, (int)answer.StatusCode);
    }

    private static string Line(string algorithm, string phase, Call[] calls, string one, Call[] well)
    {
        var (p95, usual) = (At(calls, 0.95), At(well, 0.95));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {algorithm} | {phase} | {calls.Length} | {100.0 * calls.Count(call => call.Who == one) / calls.Length:0.00} % | {At(calls, 0.5):0.0} | {p95:0.0} | {p95 / usual:0.00} | {calls.Count(call => call.Status != 200)} |");
    }

    private static double At(Call[] calls, double share) => calls.Select(call => call.Milliseconds).Order().ElementAt((int)(calls.Length * share));

    private sealed record Call(string Who, double Milliseconds, int Status);
}
