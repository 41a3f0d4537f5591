namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>Restarts control, gateway and functions in turn under load, in order and by SIGKILL, also the gateway while control is away.</summary>
internal static class RestartRun
{
    /// <param name="rounds">In each of them every process ends once, and the gateway twice.</param>
    /// <param name="perSecond">Calls.</param>
    /// <param name="between">How many calls succeed between two restarts.</param>
    /// <param name="say">Takes a line after each step.</param>
    public static async Task<Tally> RunAsync(int rounds, int perSecond, int between, Action<string> say)
    {
        await using var mesh = await LoadedMesh.StartAsync(new LoadShape(perSecond));
        await mesh.ServeAsync(between);
        for (var round = 0; round < rounds; round++)
        {
            var kill = round % 2 == 1;
            var how = kill ? "SIGKILL" : "SIGTERM";
            await StepAsync($"functions restarted ({how})", async () =>
            {
                await mesh.RestartFunctionAsync(0, kill);
                await mesh.ServeAsync(between);
                await mesh.RestartFunctionAsync(1, kill);
            });
            await StepAsync("functions in C# restarted (one by SIGKILL, one by SIGTERM)", async () =>
            {
                await mesh.RestartSumsAsync(0, kill);
                await mesh.ServeAsync(between);
                await mesh.RestartSumsAsync(1, !kill);
            });
            await StepAsync($"gateway restarted ({how})", async () => Ready(await mesh.RestartGatewayAsync(kill)));
            await StepAsync("control killed", mesh.KillControlAsync);
            await StepAsync($"gateway restarted without control ({how})", async () => Ready(await mesh.RestartGatewayAsync(kill)));
            await StepAsync("control started again", mesh.StartControlAsync);
        }

        await mesh.SettleAsync();
        return mesh.Tally;

        async Task StepAsync(string what, Func<Task> act)
        {
            await act();
            await mesh.ServeAsync(between);
            say($"{what}: {mesh.Tally}");
        }

        void Ready(TimeSpan took) => say($"the gateway was ready {took.TotalSeconds:0.00} s after its start");
    }
}
