using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Samples;

namespace FnMesh.EndToEnd.Tests.Up;

/// <summary>Builds projects of the clone, as the samples do, and so never beside them.</summary>
[Collection(nameof(ShopTests))]
public sealed class SaveTests
{
    private const int Callers = 4;
    /// <summary>Builds have the rest of the machine.</summary>
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Build = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_saved_source_file_of_a_sample_is_rebuilt_and_swapped_with_no_failed_call()
    {
        using var folder = new TempFolder();
        var samples = Path.Combine(FnMeshProgram.Root, "samples");
        var source = File.ReadAllText(Path.Combine(samples, "shop", "pricing", "Program.cs"));
        folder.Write("pricing/Program.cs", source);
        folder.Write("pricing/pricing.csproj", File.ReadAllText(Path.Combine(samples, "hello", "hello.csproj")).Replace("../../", FnMeshProgram.Root + "/", StringComparison.Ordinal));
        folder.Write("policies/mesh.yaml", App);
        await using var up = await UpProcess.ReadyAsync(Build, folder.Path);
        using var http = new HttpClient { BaseAddress = up.Gateway };
        var seen = new Observed<string>("answers");
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, Callers).Select(_ => LoadAsync(http, seen, enough.Token)).ToArray();

        var said = up.Errors.Count;
        folder.Write("pricing/Program.cs", source.Replace("10.00m", "11.00m", StringComparison.Ordinal));
        await up.Errors.FirstAsync(line => line == "pricing/pricing-v1 | the change is live", said, Build);
        // Who reads that line may call at once.
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4 * Callers).Select(_ => http.GetStringAsync("/prices/7"))), answer => Assert.Contains("11.00", answer, StringComparison.Ordinal));
        Assert.Contains("True, 1 of 1 endpoints", (await FnMeshProgram.RunAsync(folder.Path, "describe", "functionapp", "pricing")).Output, StringComparison.Ordinal);

        var shown = up.Output.Count;
        folder.Write("pricing/Program.cs", source + Another);
        await up.Output.FirstAsync(line => line.StartsWith("pricing  halve  GET  http://pricing/halves/{sku}", StringComparison.Ordinal) && line.EndsWith("(mesh)", StringComparison.Ordinal), shown, Build);
        Assert.Contains("10.00", await http.GetStringAsync("/prices/7"), StringComparison.Ordinal);

        folder.Write("pricing/Program.cs", source + "oops");
        await up.Errors.FirstAsync(line => line.Contains("the change does not build; what ran before goes on", StringComparison.Ordinal), limit: Build);
        folder.Write("pricing/Program.cs", source + Refused);
        await up.Errors.FirstAsync(line => line.Contains("the change does not start; what ran before goes on serving", StringComparison.Ordinal), limit: Build);
        await enough.CancelAsync();
        await Task.WhenAll(load);

        Assert.All(seen.Items, answer => Assert.StartsWith("200 ", answer, StringComparison.Ordinal));
        Assert.Equal(0, await up.StopAsync());
        await MarkedProcesses.GoneAsync(up.Mark);
    }

    private const string Another = """

        public class Halves
        {
            [Function("halve"), HttpTrigger("get", Route = "halves/{sku}")]
            public string Halve(string sku) => sku;
        }
        """;

    /// <summary>Builds, and is refused by control: the name of the Subscription is longer than names may be.</summary>
    private const string Refused = """

        public class Watcher
        {
            [Function("watch-prices-of-all-shops-and-all-of-their-branches-in-all-of-the-world")]
            public void Watch([CloudEventTrigger("shop.price.changed")] string data) { }
        }
        """;

    private const string App =
        """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: pricing }
        spec:
          revisions: [ { name: pricing-v1, run: { project: ../pricing } } ]
        """;

    private static async Task LoadAsync(HttpClient http, Observed<string> seen, CancellationToken enough)
    {
        using var tick = new PeriodicTimer(BetweenCalls, TimeProvider.System);
        while (!enough.IsCancellationRequested)
        {
            await tick.WaitForNextTickAsync(CancellationToken.None);
            using var answer = await http.GetAsync("/prices/7", CancellationToken.None);
            seen.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
    }
}
