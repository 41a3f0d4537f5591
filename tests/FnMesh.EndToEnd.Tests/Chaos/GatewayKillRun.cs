using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Roles;

namespace FnMesh.EndToEnd.Tests.Chaos;

/// <summary>As <see cref="ChaosRun"/>, but only the gateway is killed: a role of its own, beside a control that stays.</summary>
internal static class GatewayKillRun
{
    /// <param name="options">How much of it.</param>
    /// <param name="say">Takes a line after each kill.</param>
    /// <exception cref="TimeoutException">An event that got 202 did not come.</exception>
    public static async Task<Ledger> RunAsync(ChaosOptions options, Action<string> say)
    {
        var ledger = new Ledger();
        var random = new Random(options.Seed);
        await using var subscriber = await FunctionServer.StartAsync(request => ChaosRun.Decide(request, ledger, options.Seed), keep: false);
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("counter", subscriber.Url), Yaml.Subscription("count", "test.load", "counter", ChaosRun.Delivery), Yaml.Publishers());
        await mesh.StartControlAsync();

        using var publishers = new Publishers(ledger, options.Keys, options.WithoutKey);
        for (var kill = 1; kill <= options.Kills; kill++)
        {
            ledger.BeginLife(afterOrderlyEnd: false);
            await mesh.StartGatewayAsync();
            var ready = TimeProvider.System.GetElapsedTime(mesh.Gateway.Started);
            var enough = ledger.ReachedAsync(random.Next(20, 200), random.Next(1, 100));
            using var killed = new CancellationTokenSource();
            var load = publishers.RunAsync(mesh.Gateway.Gateway, killed.Token);
            await await Task.WhenAny(enough, load).WaitAsync(Patience.Limit, TimeProvider.System);

            await mesh.Gateway.KillAsync(withChildren: true);
            await killed.CancelAsync();
            await load;
            say($"kill {kill}: ready in {ready.TotalSeconds:0.0} s; {ledger}");
        }

        foreach (var afterOrderlyEnd in (bool[])[false, true])
        {
            ledger.BeginLife(afterOrderlyEnd);
            await mesh.StartGatewayAsync();
            await publishers.OnceAsync(mesh.Gateway.Gateway);
            await ledger.PaidAsync().WaitAsync(Patience.Limit, TimeProvider.System);
            var code = await mesh.Gateway.StopAsync();
            if (code != 0) throw new InvalidOperationException($"the gateway ended with {code}");
        }

        return ledger;
    }
}
