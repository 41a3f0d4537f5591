using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Resilience;
using FnMesh.EndToEnd.Tests.Roles;

namespace FnMesh.EndToEnd.Tests.Upgrades;

/// <summary>Upgrades the gateway again and again under load. The rule is that nothing fails, is lost or is served twice.</summary>
internal static class UpgradeRun
{
    /// <param name="upgrades">How many.</param>
    /// <param name="perSecond">Calls; a fourth as many events besides.</param>
    /// <param name="between">How many calls succeed between two upgrades.</param>
    /// <param name="say">Takes a line after each.</param>
    public static async Task<Tally> RunAsync(int upgrades, int perSecond, int between, Action<string> say)
    {
        var tally = new Tally();
        await using var function = await FunctionServer.StartAsync(request => Answer(request, tally), keep: false);
        await using var mesh = new ApartMesh();
        mesh.Write(
            Yaml.Relay("web", function.Url), Yaml.Relay("caller", function.Url), Yaml.Route("web", "web"),
            Yaml.Subscription("count", "test.load", "web", "retry: 1000, backoffPolicy: linear, backoffDelay: PT0.1S, backoffMax: PT0.5S, timeout: PT30S"), Yaml.Publishers(principals: "anonymous, app/*"));
        await mesh.StartControlAsync("web", "caller");
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        await mesh.StartShimAsync("web", function.Url, "web-0");
        var caller = await mesh.StartShimAsync("caller", function.Url, "caller");
        var ending = new List<UpProcess>();
        var blamed = 0;
        await using (UpgradeLoad.Start(mesh.Gateway.Gateway, caller.Door!, perSecond, tally))
        {
            await ServeAsync();
            for (var upgrade = 1; upgrade <= upgrades; upgrade++)
            {
                var began = TimeProvider.System.GetTimestamp();
                ending.Add(await mesh.UpgradeGatewayAsync());
                var took = TimeProvider.System.GetElapsedTime(began);
                await ServeAsync();
                say($"upgrade {upgrade} in {took.TotalSeconds:0.00} s, {ending.Count(static process => !process.Exited.IsCompleted)} still ending: {tally}");
                foreach (var fault in tally.FaultsAfter(blamed).Take(5)) say($"  {fault}");
                blamed = tally.Failed;
            }
        }

        await Patience.ForAsync(PaidAsync(), Told);
        foreach (var process in ending)
        {
            if (!process.Exited.IsCompleted) await process.SignalAsync("TERM");
            if (await process.Exited is not 0 and var code) tally.Blame($"a gateway that was taken over ended with {code}: {string.Join('\n', process.Errors.Items.TakeLast(5))}");
        }

        return tally;

        Task<bool> ServeAsync() => Patience.ForAsync(MoreAsync(), Told);

        string Told() => $"{tally}\n{string.Join('\n', tally.Judge().Take(40))}\n{string.Join('\n', mesh.Gateway.Errors.Items.TakeLast(20))}";

        async Task<bool> MoreAsync()
        {
            await tally.MoreAsync(between);
            return true;
        }

        async Task<bool> PaidAsync()
        {
            await tally.PaidAsync();
            return true;
        }
    }

    private static Answer Answer(Received request, Tally tally)
    {
        if (request["ce-id"] is { } id)
        {
            tally.Receive(id);
            return Harness.Answer.Done;
        }

        if (request.Path.StartsWith("/web/post/", StringComparison.Ordinal)) tally.Execute(request.Path);
        return Harness.Answer.Of(200);
    }
}
