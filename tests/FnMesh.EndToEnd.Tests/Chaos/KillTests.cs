namespace FnMesh.EndToEnd.Tests.Chaos;

public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Killed_three_times_under_publish_load_it_delivers_all_that_got_202_in_order_and_nothing_settled_again_and_leaves_no_process()
    {
        var ledger = await ChaosRun.RunAsync(new ChaosOptions(Kills: 3, Seed: 20260101), output.WriteLine);

        Assert.Empty(ledger.Judge());
        Assert.True(ledger.Acknowledged >= 150, $"{ledger}");
    }

    [Fact]
    public async Task A_gateway_that_is_killed_by_itself_five_times_delivers_all_that_got_202_in_order_and_nothing_settled_again()
    {
        var ledger = await GatewayKillRun.RunAsync(new ChaosOptions(Kills: 5, Seed: 20260102), output.WriteLine);

        Assert.Empty(ledger.Judge());
        Assert.True(ledger.Acknowledged >= 100, $"{ledger}");
    }
}
