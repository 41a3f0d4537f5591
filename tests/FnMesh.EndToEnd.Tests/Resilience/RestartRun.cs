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
            await StepAsync($"functions restarted ({how})", isOrderly: !kill, async () =>
            {
                await mesh.RestartFunctionAsync(0, kill);
                await mesh.ServeAsync(between);
                await mesh.RestartFunctionAsync(1, kill);
            });
            await StepAsync("functions in C# restarted (SIGTERM)", isOrderly: true, () => mesh.RestartSumsAsync(round % 2, kill: false));
            await StepAsync("functions in C# restarted (SIGKILL)", isOrderly: false, () => mesh.RestartSumsAsync(1 - (round % 2), kill: true));
            await StepAsync($"gateway restarted ({how})", isOrderly: false, async () => Ready(await mesh.RestartGatewayAsync(kill)));
            await StepAsync("control killed", isOrderly: true, mesh.KillControlAsync);
            await StepAsync($"gateway restarted without control ({how})", isOrderly: false, async () => Ready(await mesh.RestartGatewayAsync(kill)));
            await StepAsync("control started again", isOrderly: true, mesh.StartControlAsync);
        }

        await mesh.SettleAsync();
        return mesh.Tally;

        // A client of the edge may send on a connection that an ending gateway closes at that moment; nothing else that ends in good order may break off a call.
        async Task StepAsync(string what, bool isOrderly, Func<Task> act)
        {
            var before = mesh.Tally.BrokeOff + mesh.Tally.InDoubt;
            await act();
            await mesh.ServeAsync(between);
            if (isOrderly && mesh.Tally.BrokeOff + mesh.Tally.InDoubt is var after && after > before) mesh.Tally.Blame($"{what}: {after - before} calls or publications broke off: {string.Join("; ", mesh.Tally.BreaksAfter(before))}");
            say($"{what}: {mesh.Tally}");
        }

        void Ready(TimeSpan took) => say($"the gateway was ready {took.TotalSeconds:0.00} s after its start");
    }
}
