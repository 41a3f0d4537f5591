using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Chaos;

/// <summary>
/// Kills a mesh with SIGKILL under publish load, again and again on the same data directory, then lets it deliver what it owes, ends it
/// in good order, and starts it once more. The subscriber is a process that <c>up</c> runs; it reports to the ledger before it answers,
/// and refuses some events at their first delivery, so that some are parked at each kill.
/// </summary>
internal static class ChaosRun
{
    /// <summary>How the subscription of the load is delivered: again soon, and never given up.</summary>
    public const string Delivery = "retry: 1000, backoffPolicy: linear, backoffDelay: PT0.05S, backoffMax: PT0.5S, timeout: PT30S";

    private const int RefuseOneIn = 11;

    /// <param name="options">How much of it.</param>
    /// <param name="say">Takes a line after each kill.</param>
    /// <exception cref="TimeoutException">A process was left, or an event that got 202 did not come.</exception>
    public static async Task<Ledger> RunAsync(ChaosOptions options, Action<string> say)
    {
        var ledger = new Ledger();
        var random = new Random(options.Seed);
        using var folder = new TempFolder();
        await using var subscriber = await FunctionServer.StartAsync(request => Decide(request, ledger, options.Seed), keep: false);
        folder.Write("policies/mesh.yaml", string.Join("\n---\n",
            Yaml.Relay("counter", subscriber.Url),
            Yaml.Subscription("count", "test.load", "counter", Delivery),
            Yaml.Publishers()));

        using var publishers = new Publishers(ledger, options.Keys, options.WithoutKey);
        for (var kill = 1; kill <= options.Kills; kill++)
        {
            ledger.BeginLife(afterOrderlyEnd: false);
            await using var up = await UpProcess.ReadyAsync(folder.Path);
            var ready = TimeProvider.System.GetElapsedTime(up.Started);
            var enough = ledger.ReachedAsync(random.Next(50, 400), random.Next(1, 200));
            using var killed = new CancellationTokenSource();
            var load = publishers.RunAsync(up.Gateway, killed.Token);
            await await Task.WhenAny(enough, load).WaitAsync(Patience.Limit, TimeProvider.System);

            await up.KillAsync(withChildren: kill % 2 == 0);
            await killed.CancelAsync();
            await load;
            say($"kill {kill}: ready in {ready.TotalSeconds:0.0} s; {ledger}");
        }

        await PayAsync(ledger, folder, publishers);
        await PayAsync(ledger, folder, publishers, afterOrderlyEnd: true);
        say($"{ledger}; {ledger.Repeated} came again");
        return ledger;
    }

    /// <summary>One more life that ends in good order when every event that got 202 has been accepted.</summary>
    private static async Task PayAsync(Ledger ledger, TempFolder folder, Publishers publishers, bool afterOrderlyEnd = false)
    {
        ledger.BeginLife(afterOrderlyEnd);
        await using var up = await UpProcess.ReadyAsync(folder.Path);
        await publishers.OnceAsync(up.Gateway);
        try
        {
            await ledger.PaidAsync().WaitAsync(Patience.Limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"not all that got 202 came: {ledger}\n{await WhatBecameOfAsync(ledger.Owed[0], up)}\n{string.Join('\n', up.Errors.Items.TakeLast(40))}");
        }

        var code = await up.StopAsync();
        if (code != 0) throw new InvalidOperationException($"up ended with {code}");
        await MarkedProcesses.GoneAsync(up.Mark);
    }

    /// <summary>What the mesh knows of an event that did not come.</summary>
    private static async Task<string> WhatBecameOfAsync((string? Key, int Number) lost, UpProcess up)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        string[] questions = [$"/api/v1/events/{Publishers.Id(lost.Key, lost.Number)}", "/api/v1/deadletters", "/metrics"];
        var answers = await Task.WhenAll(questions.Select(question => http.GetStringAsync(new Uri(up.Control, question))));
        return string.Join('\n', answers.SelectMany(answer => answer.Split('\n')).Where(line => !line.StartsWith("fnmesh_", StringComparison.Ordinal) || line.StartsWith("fnmesh_subscription", StringComparison.Ordinal)).Where(line => !line.StartsWith('#') && !line.StartsWith("dotnet", StringComparison.Ordinal)));
    }

    /// <summary>What the subscriber does with a delivery: it tells the ledger, and refuses some events at their first delivery.</summary>
    public static Answer Decide(Received request, Ledger ledger, int seed)
    {
        var (key, number) = (request["ce-partitionkey"], int.Parse(request["ce-number"]!));
        var refuse = request.Delivery == 1 && (HashOf(key, seed) + number) % RefuseOneIn == 0;
        ledger.Receive(key, number, accepted: !refuse);
        return refuse ? Answer.Of(503) : Answer.Done;
    }

    private static int HashOf(string? key, int seed) => (key ?? "").Aggregate(seed & 0xFFFF, (hash, c) => (hash * 31 + c) & 0xFFFF);
}
