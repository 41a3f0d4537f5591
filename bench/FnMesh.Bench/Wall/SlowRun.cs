using System.Globalization;
using FnMesh.Bench.Balance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Bench.Wall;

/// <summary>What calls at a steady rate see of a gateway to which thousands of slow peers are connected, beside what they saw before.</summary>
internal static class SlowRun
{
    private const int PerSecond = 200;

    /// <summary>One of so many peers is slow to read; the others are slow to send.</summary>
    private const int OneReads = 20;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(string program, int peers)
    {
        await using var function = await StartAsync();
        await using var mesh = await RunningMesh.StartOpenAsync(program, function.Urls.First());
        using var calls = new SteadyCalls(mesh.Gateway, PerSecond);
        await calls.RunAsync(WarmUp);

        Console.WriteLine("| phase | slow connections | cut off | not connected | healthy calls | not 200 | p50 ms | p99 ms | slowest ms | CPU % | RSS MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        await TellAsync("before", calls, mesh);
        using var end = new CancellationTokenSource();
        var slow = Enumerable.Range(0, peers).Select(i => new SlowPeer(mesh.Gateway, reads: i % OneReads == 0).RunAsync(Arrival * i / peers, end.Token)).ToArray();
        await calls.RunAsync(Arrival + TimeSpan.FromSeconds(2));
        for (var time = 1; time <= 2; time++) await TellAsync($"with {peers:N0} slow peers, {time}", calls, mesh);
        await end.CancelAsync();
        await Task.WhenAll(slow);
        await calls.RunAsync(WarmUp);
        await TellAsync("after", calls, mesh);
    }

    private static async Task TellAsync(string phase, SteadyCalls calls, RunningMesh mesh)
    {
        var (cpu, cut) = (mesh.Cpu, SlowPeer.Counts.Cut);
        var seen = await calls.RunAsync(Length);
        var (used, counts) = ((mesh.Cpu - cpu) / Length, SlowPeer.Counts);
        var latencies = seen.Select(call => call.Milliseconds).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {phase} | {counts.Open:N0} | {counts.Cut - cut:N0} | {counts.Failed:N0} | {seen.Length:N0} | {seen.Count(call => call.Status != 200)} | {latencies[latencies.Length / 2]:0.0} | {latencies[latencies.Length * 99 / 100]:0.0} | {latencies[^1]:0.0} | {used * 100:0} | {mesh.Resident >> 20} |"));
    }

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var (small, big) = (new byte[128], new byte[4 << 20]);
        app.MapGet("/work", (HttpContext context) => context.Response.Body.WriteAsync(small).AsTask());
        app.MapGet("/big", (HttpContext context) => context.Response.Body.WriteAsync(big, context.RequestAborted).AsTask());
        await app.StartAsync();
        return app;
    }
}
