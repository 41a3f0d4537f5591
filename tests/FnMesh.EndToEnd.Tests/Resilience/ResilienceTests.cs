namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>Short forms of what <c>bench/chaos</c> does for minutes.</summary>
public sealed class ResilienceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Control_gateway_and_functions_restarted_in_turn_under_load_cost_no_call_that_may_be_sent_again_and_no_event()
    {
        var tally = await RestartRun.RunAsync(rounds: 1, perSecond: 100, between: 50, output.WriteLine);

        Assert.True(tally.Judge() is [], string.Join('\n', tally.Judge()));
        Assert.True(tally is { Succeeded: > 300, Acknowledged: > 50 }, $"{tally}");
    }

    [Fact]
    public async Task Svids_and_authority_rotated_under_load_cost_no_call_at_all_and_no_event()
    {
        var tally = await RotationRun.RunAsync(leaves: 3, authorities: 1, perSecond: 100, between: 50, output.WriteLine);

        Assert.True(tally.Judge() is [], string.Join('\n', tally.Judge()));
        Assert.Equal((0, 0), (tally.BrokeOff, tally.InDoubt));
        Assert.True(tally is { Succeeded: >= 250, Acknowledged: > 50 }, $"{tally}");
    }
}
