using System.Globalization;
using FnMesh.Bench.Balance;
using FnMesh.Bench.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Bench.Wall;

/// <summary>What calls at a steady rate see of a gateway to which thousands of slow peers are connected, beside what they saw before.</summary>
internal static class SlowRun
{
    private const int PerSecond = 200;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(string program, int count)
    {
        await using var function = await StartAsync();
        await using var peers = await Server.StartAsync(SlowPeers.Name);
        using var peer = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await using var mesh = await RunningMesh.StartSlowAsync(program, function.Urls.First(), peers.Address.ToString());
        using var calls = new SteadyCalls(mesh.Gateway, PerSecond);
        await calls.RunAsync(WarmUp);

        Console.WriteLine("| phase | slow connections | cut off | not connected | healthy calls | not 200 | p50 ms | p99 ms | slowest ms | gateway CPU % | slow peers CPU % | RSS MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        await TellAsync("before", calls, mesh, peers, peer);
        await peer.GetStringAsync(new Uri(peers.Address, $"/begin?gateway={mesh.Gateway}&count={count}&within={Arrival.TotalSeconds:0}"));
        await calls.RunAsync(Arrival + TimeSpan.FromSeconds(2));
        for (var time = 1; time <= 2; time++) await TellAsync($"with {count:N0} slow peers, {time}", calls, mesh, peers, peer);
        await peer.GetStringAsync(new Uri(peers.Address, "/end"));
        await calls.RunAsync(WarmUp);
        await TellAsync("after", calls, mesh, peers, peer);
    }

    private static async Task TellAsync(string phase, SteadyCalls calls, RunningMesh mesh, Server peers, HttpClient peer)
    {
        var (cpu, theirs, before) = (mesh.Cpu, peers.Cpu, await CountsAsync(peers, peer));
        var seen = await calls.RunAsync(Length);
        var (used, usedByThem, counts) = ((mesh.Cpu - cpu) / Length, (peers.Cpu - theirs) / Length, await CountsAsync(peers, peer));
        var latencies = seen.Select(call => call.Milliseconds).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {phase} | {counts[0]:N0} | {counts[1] - before[1]:N0} | {counts[2] - before[2]:N0} | {seen.Length:N0} | {seen.Count(call => call.Status != 200)} | {latencies[latencies.Length / 2]:0.0} | {latencies[latencies.Length * 99 / 100]:0.0} | {latencies[^1]:0.0} | {used * 100:0} | {usedByThem * 100:0} | {mesh.Resident >> 20} |"));
    }

    private static async Task<long[]> CountsAsync(Server peers, HttpClient peer) => [.. (await peer.GetStringAsync(new Uri(peers.Address, "/counts"))).Split(' ').Select(static number => long.Parse(number, CultureInfo.InvariantCulture))];

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var small = new byte[128];
        app.MapGet("/work", (HttpContext context) => context.Response.Body.WriteAsync(small).AsTask());
        await app.StartAsync();
        return app;
    }
}
