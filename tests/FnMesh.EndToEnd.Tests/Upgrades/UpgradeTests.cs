namespace FnMesh.EndToEnd.Tests.Upgrades;

/// <summary>A gateway that takes over from another one: a short form of <c>bench/chaos upgrades</c>.</summary>
public sealed class UpgradeTests
{
    private const string Why = "sockets are handed to another process on Linux alone";

    [Fact]
    public async Task Upgrades_in_a_row_fail_no_call_and_lose_no_event()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.Is64BitProcess, Why);
        var tally = await UpgradeRun.RunAsync(upgrades: 4, perSecond: 100, between: 60, TestContext.Current.TestOutputHelper!.WriteLine);

        Assert.True(tally.Judge() is [], string.Join('\n', tally.Judge()));
        Assert.Equal((0, 0), (tally.BrokeOff, tally.InDoubt));
    }
}
