using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>Rotates SVIDs and the authority again and again under load.</summary>
internal static class RotationRun
{
    /// <param name="leaves">How often every member gets a new SVID.</param>
    /// <param name="authorities">How often the authority is replaced, spread among them.</param>
    /// <param name="perSecond">Calls.</param>
    /// <param name="between">How many calls succeed between two rotations.</param>
    /// <param name="say">Takes a line after each rotation.</param>
    public static async Task<Tally> RunAsync(int leaves, int authorities, int perSecond, int between, Action<string> say)
    {
        await using var mesh = await LoadedMesh.StartAsync(new LoadShape(perSecond));
        await mesh.ServeAsync(between);
        var done = 0;
        for (var leaf = 1; leaf <= leaves; leaf++)
        {
            await RotateAsync(mesh, "", say);
            await mesh.ServeAsync(between);
            for (; done < authorities * leaf / leaves; done++)
            {
                await RotateAsync(mesh, "?authority=true", say);
                await mesh.ServeAsync(between);
            }
        }

        await mesh.SettleAsync();
        return mesh.Tally;
    }

    /// <summary>Rotates the SVIDs of all members, or by a query the authority as well, and waits until it is done.</summary>
    public static async Task RotateAsync(LoadedMesh mesh, string query, Action<string> say)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience.Limit };
        using var answer = await http.PostAsync(new Uri(mesh.Mesh.Control.Control, $"/api/v1/identity/rotate{query}"), null);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"a rotation was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        say($"{(query.Length > 0 ? "authority" : "SVIDs")} rotated in {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms: {mesh.Tally}");
    }
}
