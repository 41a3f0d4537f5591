namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>Kills an endpoint together with its shim, so that nobody can take leave for it, and measures until control takes it off its list.</summary>
internal static class LeaseRun
{
    public static async Task<Tally> RunAsync(int perSecond, Action<string> say)
    {
        await using var mesh = await LoadedMesh.StartAsync(new LoadShape(perSecond));
        await mesh.ServeAsync(10 * perSecond);
        var gone = mesh.Mesh.Control.Errors.FirstAsync(static line => line.Contains("node web-0 gave no word", StringComparison.Ordinal));
        await mesh.KillFunctionAsync(0);
        var killed = TimeProvider.System.GetTimestamp();
        await gone;
        say($"gone {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s after it was killed");
        await mesh.ServeAsync(perSecond);
        await mesh.SettleAsync();
        return mesh.Tally;
    }
}
