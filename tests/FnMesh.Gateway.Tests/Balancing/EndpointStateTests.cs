using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

public sealed class EndpointStateTests
{
    private static readonly OutlierEntry Policy = new(5, TimeSpan.FromSeconds(10), 50);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly Way _way;

    public EndpointStateTests() => _way = Some.Balanced(BalanceAlgorithm.PeakEwma, _time, 4, Policy);

    private EndpointState First => _way.Backend.Endpoints[0].State;

    [Fact]
    public void Each_further_failure_to_connect_doubles_the_pause_up_to_ten_seconds()
    {
        foreach (var pause in new[] { 1, 2, 4, 8, 10, 10 })
        {
            First.Unreachable();
            AssertPause(First, TimeSpan.FromSeconds(pause));
        }
    }

    [Fact]
    public void Failures_to_connect_within_one_pause_count_once()
    {
        for (var call = 0; call < 10; call++) First.Unreachable();

        AssertPause(First, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void One_that_answered_begins_anew()
    {
        First.Unreachable();
        First.Succeeded(_time.GetTimestamp());
        Assert.True(First.Stands);

        First.Unreachable();
        AssertPause(First, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Five_failures_in_a_row_and_no_fewer_put_one_out()
    {
        for (var round = 0; round < 3; round++)
        {
            Fail(_way, 0, 4);
            Report(0, failed: false);
        }

        Assert.True(First.Stands);
        Fail(_way, 0, 5);
        Assert.Equal(OutReason.Failing, First.Out);
    }

    [Fact]
    public void No_more_than_the_percent_of_endpoints_are_put_out_for_what_they_answer()
    {
        for (var i = 0; i < 4; i++) Fail(_way, i, 50);

        Assert.Equal([false, false, true, true], _way.Backend.Endpoints.Select(endpoint => endpoint.State.Stands));
    }

    [Fact]
    public void The_only_endpoint_is_never_put_out_for_what_it_answers()
    {
        var way = Some.Balanced(BalanceAlgorithm.PeakEwma, _time, 1, Policy);
        Fail(way, 0, 50);

        Assert.True(way.Backend.Endpoints[0].State.Stands);
    }

    [Fact]
    public void Who_cannot_be_reached_counts_among_those_that_are_out()
    {
        _way.Backend.Endpoints[2].State.Unreachable();
        _way.Backend.Endpoints[3].State.Unreachable();
        Fail(_way, 0, 5);

        Assert.True(First.Stands);
    }

    [Fact]
    public void A_percent_of_nothing_turns_it_off()
    {
        var way = Some.Balanced(BalanceAlgorithm.PeakEwma, _time, 4, Policy with { MaxEjectedPercent = 0 });
        Fail(way, 0, 50);

        Assert.True(way.Backend.Endpoints[0].State.Stands);
    }

    [Fact]
    public void It_comes_back_by_one_call_that_succeeds_and_its_pause_doubles_while_that_fails_up_to_eight_times()
    {
        Fail(_way, 0, 5);
        foreach (var pause in new[] { 10, 20, 40, 80, 80 })
        {
            AssertPause(First, TimeSpan.FromSeconds(pause));
            Assert.False(First.MayTry());
            Report(0, failed: true);
        }

        AssertPause(First, TimeSpan.FromSeconds(80));
        Report(0, failed: false);
        Assert.True(First.Stands);
    }

    [Fact]
    public void Answers_to_calls_from_before_it_was_put_out_neither_bring_it_back_nor_keep_it_out_longer()
    {
        Fail(_way, 0, 5);
        Report(0, failed: false);
        for (var call = 0; call < 10; call++) Report(0, failed: true);

        Assert.False(First.Stands);
        AssertPause(First, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void One_that_fails_again_soon_is_left_alone_for_twice_as_long_and_one_that_stood_long_enough_begins_anew()
    {
        Fail(_way, 0, 5);
        AssertPause(First, TimeSpan.FromSeconds(10));
        Report(0, failed: false);
        _time.Advance(TimeSpan.FromSeconds(9));
        Fail(_way, 0, 5);
        AssertPause(First, TimeSpan.FromSeconds(20));
        Report(0, failed: false);
        _time.Advance(TimeSpan.FromSeconds(20));
        Fail(_way, 0, 5);

        AssertPause(First, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_trial_of_which_nothing_is_heard_makes_room_for_another()
    {
        Fail(_way, 0, 5);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(First.MayTry());
        Assert.False(First.MayTry());
        First.Unheard(_time.GetTimestamp());

        Assert.True(First.MayTry());
    }

    [Fact]
    public void Calls_from_before_it_was_put_out_that_end_while_one_tries_it_are_not_taken_for_that_one()
    {
        var before = _time.GetTimestamp();
        Fail(_way, 0, 5);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(First.MayTry());

        Report(0, failed: false, before);
        Assert.False(First.Stands);
        First.Unheard(before);
        Assert.False(First.MayTry());
        Report(0, failed: true, before);
        AssertPause(First, TimeSpan.FromSeconds(10));
        Report(0, failed: false);
        Assert.True(First.Stands);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_ends_after_nobody_took_connections_any_more_does_not_bring_it_back(bool failed)
    {
        var before = _time.GetTimestamp();
        _time.Advance(Moment);
        First.Unreachable();
        Report(0, failed, before);

        Assert.Equal(OutReason.Unreachable, First.Out);
        AssertPause(First, TimeSpan.FromSeconds(1));
        Report(0, failed);
        Assert.True(First.Stands);
    }

    [Fact]
    public void A_failure_from_before_it_was_put_out_that_is_told_after_its_pause_does_not_keep_it_out_longer()
    {
        var before = _time.GetTimestamp();
        _time.Advance(Moment);
        Fail(_way, 0, 5);
        _time.Advance(TimeSpan.FromSeconds(10));
        Report(0, failed: true, before);

        Assert.True(First.MayTry());
    }

    private static void Fail(Way way, int endpoint, int times)
    {
        for (var call = 0; call < times; call++) way.Balancer.Report(way.Backend.Endpoints[endpoint], failed: true, 0);
    }

    private void Report(int endpoint, bool failed, long? began = null) => _way.Balancer.Report(_way.Backend.Endpoints[endpoint], failed, began ?? _time.GetTimestamp());

    private void AssertPause(EndpointState state, TimeSpan pause)
    {
        _time.Advance(pause - Moment);
        Assert.False(state.MayTry());
        _time.Advance(Moment);
        Assert.True(state.MayTry());
    }
}
