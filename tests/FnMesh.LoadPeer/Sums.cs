using System.Globalization;
using CloudNative.CloudEvents;
using FnMesh.Functions;

namespace FnMesh.LoadPeer;

/// <summary>Calls another app, and tells the server at RELAY_TO of each call that may not be served twice and of each event, before it answers.</summary>
public sealed class Sums(MeshClient mesh, IHttpClientFactory clients, IConfiguration settings)
{
    [Function("read"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sums/get/{number}")]
    public static string Read(int number) => number.ToString(CultureInfo.InvariantCulture);

    [Function("through"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sums/through/{number}")]
    public async Task<string> Through(int number, CancellationToken cancel)
    {
        using var web = mesh.CreateHttpClient("web");
        using var answer = await web.GetAsync(new Uri($"/web/get/{number}", UriKind.Relative), cancel);
        answer.EnsureSuccessStatusCode();
        return Read(number);
    }

    [Function("add"), HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sums/post/{number}")]
    public async Task<string> Add(int number, CancellationToken cancel)
    {
        await TellAsync($"/sums/post/{number}", cancel);
        return Read(number);
    }

    [Function("note"), FixedDelayRetry(1000, "00:00:00.1")]
    public Task Note([CloudEventTrigger("test.keyed")] CloudEvent noted, CancellationToken cancel) => TellAsync($"/note/{noted.Id}", cancel);

    private async Task TellAsync(string path, CancellationToken cancel)
    {
        using var client = clients.CreateClient();
        using var answer = await client.PostAsync(new Uri(settings["RELAY_TO"] + path), null, cancel);
        answer.EnsureSuccessStatusCode();
    }
}
