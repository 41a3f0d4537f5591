using System.Globalization;

namespace FnMesh.Bench.Balance;

/// <summary>Four processes of one revision, calls at a steady rate with three retries each, and how many attempts the four get when all of them fail at once.</summary>
internal static class DownRun
{
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(string program, int perSecond)
    {
        string[] command = ["dotnet", typeof(DownRun).Assembly.Location, BalanceFunction.Name];
        await using var mesh = await RunningMesh.StartDownAsync(program, command);
        using var calls = new SteadyCalls(mesh.Gateway, perSecond);
        var all = (await calls.RunAsync(Phase / 2)).Select(call => call.Who).Distinct().ToArray();
        await MeasureAsync("all well", 10, 200);
        await MeasureAsync("all answer 503", 10, 503);
        await RestAsync();
        await MeasureAsync("all break connections off", 10, BalanceFunction.BreakOff);
        await RestAsync();
        await MeasureAsync("none answers (backendRequest 500 ms)", 60_000, 200);
        await RestAsync();
        await MeasureAsync("none listens", 10, BalanceFunction.Silent);
        await RestAsync();
        await MeasureAsync("all well again", 10, 200);

        async Task MeasureAsync(string phase, int milliseconds, int status)
        {
            await BecomeAsync(milliseconds, status);
            var (attempts, seen) = (await calls.AttemptsAsync(mesh.Control), await SeenAsync());
            var answers = await calls.RunAsync(Phase);
            attempts = await calls.AttemptsAsync(mesh.Control) - attempts;
            seen = await SeenAsync() - seen;
            var bound = (1.2 * answers.Length) + (10 * Phase.TotalSeconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {phase} | {answers.Length} | {attempts:0} | {seen} | {bound:0} | {attempts / answers.Length:0.00} | {(attempts <= bound ? "held" : "BROKEN")} | {answers.Count(answer => answer.Status == 200)} |"));
        }

        // What was learnt of one phase must be forgotten before the next: the budget's ten seconds, and the longest pause of who cannot be reached.
        async Task RestAsync()
        {
            await BecomeAsync(10, 200);
            await calls.RunAsync(Phase * 2);
        }

        Task BecomeAsync(int milliseconds, int status) => Task.WhenAll(all.Select(who => calls.BecomeAsync(who, milliseconds, status)));

        async Task<int> SeenAsync() => (await Task.WhenAll(all.Select(calls.CountAsync))).Sum();
    }
}
