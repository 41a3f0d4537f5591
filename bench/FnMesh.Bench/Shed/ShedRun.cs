using System.Diagnostics;
using System.Globalization;
using System.Net;
using FnMesh.Bench.Sdk;

namespace FnMesh.Bench.Shed;

/// <summary>What it costs a gateway to refuse a call at its door, beside a plain Kestrel that answers every request with the same: CPU of the whole process per request.</summary>
internal static class ShedRun
{
    private const int Connections = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string program, int rounds, TimeSpan length)
    {
        await using var silent = await Server.StartAsync(ShedServers.Silent);
        await using var plain = await Server.StartAsync(ShedServers.Plain);
        await using var mesh = await RunningMesh.StartFullAsync(program, silent.Address.ToString());
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        using var end = new CancellationTokenSource();
        var held = Enumerable.Range(0, RunningMesh.OutsidePlaces).Select(_ => HoldAsync(client, mesh.Gateway, end.Token)).ToArray();
        // Whoever asks may take a place too; it gives it back, and who waits for it is quicker than this.
        for (var refused = 0; refused < 10; await Task.Delay(Pause * 2)) refused = await StatusAsync(client, mesh.Gateway) == HttpStatusCode.ServiceUnavailable ? refused + 1 : 0;

        Console.WriteLine("| round | plain Kestrel µs/request | gateway µs/request | more µs | requests |");
        Console.WriteLine("|---|---|---|---|---|");
        List<(double Plain, double Gateway)> all = [];
        for (var round = 0; round <= rounds; round++)
        {
            var (first, _) = await MeasureAsync(client, plain.Address, () => plain.Cpu, length);
            var (second, requests) = await MeasureAsync(client, mesh.Gateway, () => mesh.Cpu, length);
            // The first warms up.
            if (round == 0) continue;
            all.Add((first, second));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {round} | {first:0.0} | {second:0.0} | {second - first:0.0} | {requests} |"));
        }

        var more = all.Select(pair => pair.Gateway - pair.Plain).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| **median** | | | **{more[more.Length / 2]:0.0}** | |"));
        await end.CancelAsync();
        await Task.WhenAll(held);
    }

    private static async Task<(double Microseconds, long Requests)> MeasureAsync(HttpMessageInvoker client, Uri address, Func<TimeSpan> cpu, TimeSpan length)
    {
        var (before, until) = (cpu(), Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency));
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            var count = 0L;
            for (; Stopwatch.GetTimestamp() < until; count++)
            {
                if (await StatusAsync(client, address) is not HttpStatusCode.ServiceUnavailable and var other) throw new InvalidOperationException($"{address} answered {other}; only refusals are measured");
            }

            return count;
        })));
        return ((cpu() - before).TotalMicroseconds / counts.Sum(), counts.Sum());
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpMessageInvoker client, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        // The call before the places are taken may get one, and then no answer.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            using var answer = await client.SendAsync(request, patience.Token);
            await answer.Content.CopyToAsync(Stream.Null, patience.Token);
            return answer.StatusCode;
        }
        catch (OperationCanceledException)
        {
            return HttpStatusCode.RequestTimeout;
        }
    }

    private static async Task HoldAsync(HttpMessageInvoker client, Uri address, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                using var answer = await client.SendAsync(request, cancel);
                await Task.Delay(Pause, cancel);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
