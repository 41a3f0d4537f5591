using System.Globalization;

namespace FnMesh.Bench.Events;

/// <summary><c>events FNMESH FOLDER publish|deliver|half …</c>, called by bench/events: servers in interleaved rounds, and their medians.</summary>
internal static class EventsCommand
{
    private const string Columns = "CPU µs/event | client µs/event | events/s | taken p50 ms | p99 | delivered p50 ms | p99";
    private const int WarmUpTurns = 10;

    private static readonly Dictionary<string, string> OneOfAHundred = new() { ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio", ["OTEL_TRACES_SAMPLER_ARG"] = "0.01" };

    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="folder">Where servers keep what they keep.</param>
    /// <param name="what">Which loads.</param>
    /// <param name="options">Names and values: rounds, seconds, warmup, rate, only, and also (any number of times).</param>
    public static async Task<int> RunAsync(string program, string folder, string what, string[] options)
    {
        string Value(string name, string otherwise) => Array.IndexOf(options, name) is >= 0 and var at ? options[at + 1] : otherwise;
        double Number(string name, double otherwise) => double.Parse(Value(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        var (rounds, turn, warmUp, rate) = ((int)Number("rounds", 3), TimeSpan.FromSeconds(Number("seconds", 3)), TimeSpan.FromSeconds(Number("warmup", 8)), Number("rate", 0));
        var only = Value("only", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        List<IEventPeer> peers = [];
        try
        {
            foreach (var (name, start) in Starts(program, folder, options))
            {
                if (only.Length > 0 && !only.Contains(name.Split(' ')[0]) && !name.EndsWith(" also", StringComparison.Ordinal)) continue;
                peers.Add(await start());
                Console.WriteLine($"# {peers[^1].Name}: {peers[^1].Synced}");
            }

            Load[] loads = what == "publish" ? Load.Publishing : Load.Delivering;
            Load[] warming = what == "half" ? [Load.Delivering[1]] : loads;
            Dictionary<IEventPeer, double> sustained = [];
            foreach (var peer in peers) sustained[peer] = await WarmUpAsync(peer, warming, warmUp);
            if (what == "half")
            {
                if (rate == 0) rate = Math.Floor(sustained.Where(static one => one.Key is GatewayPeer or NatsPeer).Min(static one => one.Value) / 2);
                loads = [Load.Half(rate)];
                Console.WriteLine($"# sustained with 64 in flight: {string.Join(", ", sustained.Select(static one => $"{one.Key.Name} {one.Value:0}/s"))}; offered to each: {rate:0}/s");
            }

            await MeasureAsync(peers, loads, rounds, turn);
            return 0;
        }
        finally
        {
            foreach (var peer in peers) await peer.DisposeAsync();
        }
    }

    private static IEnumerable<(string Name, Func<Task<IEventPeer>> Start)> Starts(string program, string folder, string[] options)
    {
        string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        yield return ("gateway", () => GatewayPeer.StartAsync("gateway", program, OneOfAHundred));
        for (var i = 0; i + 1 < options.Length; i++)
        {
            if (options[i] != "also") continue;
            var words = options[i + 1].Split(' ');
            var environment = words.Skip(1).Select(static word => word.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
            if (!environment.Remove("FNMESH", out var other)) other = program;
            foreach (var (name, value) in OneOfAHundred) environment.TryAdd(name, value);
            yield return (words[0] + " also", () => GatewayPeer.StartAsync(words[0], other, environment));
        }

        yield return ("gateway-all-traces", () => GatewayPeer.StartAsync("gateway-all-traces", program, new Dictionary<string, string>()));
        yield return ("nats", () => NatsPeer.StartAsync(Folder("nats")));
        yield return ("redis", () => RedisPeer.StartAsync(Folder("redis")));
        yield return ("rabbitmq", () => RabbitPeer.StartAsync(Folder("rabbitmq")));
    }

    /// <summary>At least as long as asked for, then until less than 2 % of a turn's CPU is the compiler's of .NET.</summary>
    /// <returns>Events a second of the last turn.</returns>
    private static async Task<double> WarmUpAsync(IEventPeer peer, Load[] loads, TimeSpan atLeast)
    {
        foreach (var load in loads) await Turn.RunAsync(peer, load, atLeast / loads.Length);
        for (var turns = 0; turns < WarmUpTurns; turns++)
        {
            var (compiled, cpu) = (PeerProcess.CompiledBy(peer.ProcessId), peer.Cpu);
            var figures = await Turn.RunAsync(peer, loads[Math.Min(1, loads.Length - 1)], TimeSpan.FromSeconds(2));
            if ((PeerProcess.CompiledBy(peer.ProcessId) - compiled) * 50 < peer.Cpu - cpu) return figures.PerSecond;
        }

        Console.WriteLine($"# {peer.Name}: the compiler did not rest");
        return (await Turn.RunAsync(peer, loads[^1], TimeSpan.FromSeconds(2))).PerSecond;
    }

    private static async Task MeasureAsync(List<IEventPeer> peers, Load[] loads, int rounds, TimeSpan turn)
    {
        Console.WriteLine($"| round | load | server | {Columns} |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        Dictionary<(Load, string), List<Figures>> all = [];
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var load in loads)
            {
                foreach (var peer in peers)
                {
                    var figures = await Turn.RunAsync(peer, load, turn);
                    Console.WriteLine($"| {round} | {load.Name} | {peer.Name} | {figures} |");
                    if (!all.TryGetValue((load, peer.Name), out var turns)) all[(load, peer.Name)] = turns = [];
                    turns.Add(figures);
                }
            }
        }

        Console.WriteLine();
        Console.WriteLine($"| medians of {rounds} | server | {Columns} | CPU ÷ rabbitmq | events/s ÷ rabbitmq | delivered p99 ÷ nats |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var load in loads)
        {
            foreach (var peer in peers)
            {
                var turns = all[(load, peer.Name)];
                string Ratio(string name, Func<Figures, double> of) =>
                    all.TryGetValue((load, name), out var others) && turns.Zip(others, (one, other) => of(one) / of(other)).ToArray() is var ratios && !double.IsNaN(ratios[0]) ? $"{Figures.Median(ratios):0.00}" : "–";
                Console.WriteLine($"| {load.Name} | {peer.Name} | {Figures.Median(turns)} | {Ratio("rabbitmq", static one => one.Micros)} | {Ratio("rabbitmq", static one => one.PerSecond)} | {Ratio("nats", static one => one.Delivered.P99)} |");
            }
        }
    }
}
