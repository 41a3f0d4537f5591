namespace FnMesh.Gateway.Tests.PowerCuts;

public sealed class PowerCutTests(ITestOutputHelper output)
{
    [Fact]
    public async Task After_power_cuts_all_that_was_acknowledged_is_there_in_order_and_nothing_settled_comes_again()
    {
        var (ledger, faults) = await PowerCutRun.RunAsync(new PowerCutOptions(Cuts: 8, Seed: 20260101) { MostSteps = 1_500 }, output.WriteLine);
        Assert.Empty(faults);
        Assert.Empty(ledger.Judge());
        Assert.True(ledger.Acknowledged > 100, $"{ledger}");
    }

    [Fact]
    public async Task Without_syncing_the_same_cuts_lose_what_was_acknowledged_and_the_run_finds_it()
    {
        var (ledger, faults) = await PowerCutRun.RunAsync(new PowerCutOptions(Cuts: 8, Seed: 20260101, Syncs: false) { MostSteps = 1_500 }, output.WriteLine);
        string[] found = [.. faults, .. ledger.Judge()];
        Assert.NotEmpty(found);
        output.WriteLine(string.Join('\n', found));
    }

    [Fact]
    public void What_was_synced_stays_and_what_was_not_may_be_torn()
    {
        var random = new Random(7);
        HashSet<string> found = [];
        for (var round = 0; round < 400; round++)
        {
            var file = new PowerCutFile([1, 2, 3]);
            file.Write(3, [4]);
            file.Sync();
            file.Write(4, new byte[1_024]);
            var left = file.AfterCut(random)!;
            Assert.Equal([1, 2, 3, 4], left[..4]);
            found.Add($"{left.Length}");
        }

        Assert.Equal(["1028", "4", "516"], found.Order());
    }
}
