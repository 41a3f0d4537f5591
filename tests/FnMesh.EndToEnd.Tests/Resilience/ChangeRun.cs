using System.Globalization;

namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>Changes a mesh in good order under a load of calls that are safe to send again: policies, certificates, and functions restarted one after the other. None of it may cost a call.</summary>
internal static class ChangeRun
{
    /// <summary>One rotation of so many replaces the authority as well.</summary>
    private const int AuthorityOneIn = 5;

    /// <param name="times">How often each of the three is done.</param>
    /// <param name="perSecond">Calls.</param>
    /// <param name="between">How many calls succeed between two changes.</param>
    /// <param name="say">Takes a line after each change, and one for each of the three.</param>
    public static async Task<Tally> RunAsync(int times, int perSecond, int between, Action<string> say)
    {
        await using var mesh = await LoadedMesh.StartAsync(new LoadShape(perSecond, SafeOnly: true));
        await mesh.ServeAsync(between);
        await RepeatAsync("policy changes", mesh.ChangePolicyAsync);
        await RepeatAsync("certificate rotations", time => RotationRun.RotateAsync(mesh, time % AuthorityOneIn == 0 ? "?authority=true" : "", say));
        await RepeatAsync("rolling restarts of functions", _ => mesh.RollFunctionsAsync());
        await mesh.SettleAsync();
        return mesh.Tally;

        async Task RepeatAsync(string what, Func<int, Task> change)
        {
            var failed = mesh.Tally.Failed;
            mesh.Tally.TakeLatencies();
            for (var time = 1; time <= times; time++)
            {
                await change(time);
                await mesh.ServeAsync(between);
            }

            var took = mesh.Tally.TakeLatencies();
            say(string.Create(CultureInfo.InvariantCulture,
                $"{times} {what}: {took.Count} calls succeeded, {mesh.Tally.Failed - failed} failed; half of them within {took.Within(0.5)} ms of when they were due, 99 % within {took.Within(0.99)} ms, the slowest in {took.Longest.TotalMilliseconds:0} ms"));
        }
    }
}
