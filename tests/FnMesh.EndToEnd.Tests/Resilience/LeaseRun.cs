using System.Text.Json;

namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>Kills an endpoint together with its shim, so that nobody can take leave for it, and measures until it is gone from control's list.</summary>
internal static class LeaseRun
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task<Tally> RunAsync(int perSecond, Action<string> say)
    {
        await using var mesh = await LoadedMesh.StartAsync(perSecond);
        await mesh.ServeAsync(10 * perSecond);
        await mesh.KillFunctionAsync(0);
        var killed = TimeProvider.System.GetTimestamp();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (await IsListedAsync(http, mesh.Mesh.Control.Control)) await Task.Delay(Look, TimeProvider.System);
        say($"gone {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s after it was killed");
        await mesh.ServeAsync(perSecond);
        await mesh.SettleAsync();
        return mesh.Tally;
    }

    private static async Task<bool> IsListedAsync(HttpClient http, Uri control)
    {
        using var nodes = JsonDocument.Parse(await http.GetStringAsync(new Uri(control, "/api/v1/nodes")));
        return nodes.RootElement.GetProperty("items").EnumerateArray().Any(node => node.GetProperty("name").GetString() == "web-0");
    }
}
