using System.Globalization;

namespace FnMesh.Bench.Sdk;

/// <summary>What the SDK costs: CPU of the same work as a minimal API and as a function, in interleaved rounds; and the start of a member.</summary>
internal static class SdkRun
{
    private const int Connections = 32;
    private static readonly string[] Kinds = ["minimal", "function"];

    public static async Task CallsAsync(int rounds, TimeSpan round, TimeSpan warmUp)
    {
        Console.WriteLine($"# POST with route, query and JSON body in, JSON out; {Connections} connections, {rounds} rounds of {round.TotalSeconds:0.#} s after {warmUp.TotalSeconds:0.#} s of warm-up each");
        var micros = new[] { new List<double>(), new List<double>() };
        var servers = await Task.WhenAll(Kinds.Select(Server.StartAsync));
        var callers = servers.Select(server => new Caller(server.Address, Connections)).ToArray();
        foreach (var caller in callers) await caller.RunAsync(warmUp);
        Console.WriteLine("| round | minimal API µs | function µs | ratio | difference µs |\n|---|---|---|---|---|");
        for (var number = 1; number <= rounds; number++)
        {
            // Each goes first as often as the other.
            foreach (var kind in number % 2 == 1 ? [0, 1] : (int[])[1, 0])
            {
                var cpu = servers[kind].Cpu;
                var calls = await callers[kind].RunAsync(round);
                micros[kind].Add((servers[kind].Cpu - cpu).TotalMicroseconds / calls);
            }

            Row(number.ToString(CultureInfo.InvariantCulture), micros[0][^1], micros[1][^1], micros[1][^1] - micros[0][^1]);
        }

        Row("**median**", Median(micros[0]), Median(micros[1]), Median(micros[1].Zip(micros[0], (function, minimal) => function - minimal)));
        foreach (var caller in callers) caller.Dispose();
        foreach (var server in servers) await server.DisposeAsync();
    }

    public static async Task StartsAsync(string program, int starts)
    {
        await using var mesh = await RunningMesh.StartMemberAsync(program, [Environment.ProcessPath!, typeof(SdkRun).Assembly.Location, "serve", "minimal"]);
        await Server.StartMemberAsync(mesh.Folder, RunningMesh.Member);
        var times = new List<(TimeSpan Listens, TimeSpan Announced)>();
        for (var start = 0; start < starts; start++) times.Add(await Server.StartMemberAsync(mesh.Folder, RunningMesh.Member));
        Console.WriteLine($"\n| {starts} starts | median ms | least | most |\n|---|---|---|---|");
        Row("until its listener serves", times.Select(time => time.Listens.TotalMilliseconds));
        Row("until it is announced in the mesh", times.Select(time => time.Announced.TotalMilliseconds));
    }

    private static void Row(string name, double minimal, double function, double difference) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {minimal:0.0} | {function:0.0} | {function / minimal:0.00} | {difference:0.0} |"));

    private static void Row(string name, IEnumerable<double> values)
    {
        double[] all = [.. values];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {Median(all):0} | {all.Min():0} | {all.Max():0} |"));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
