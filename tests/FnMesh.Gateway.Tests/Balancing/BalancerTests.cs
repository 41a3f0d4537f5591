using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

public sealed class BalancerTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void RoundRobin_takes_turns()
    {
        var way = Some.Balanced(BalanceAlgorithm.RoundRobin, _time, 3);
        var picked = Picks(way, 6);

        Assert.All(way.Backend.Endpoints, endpoint => Assert.Equal(2, picked.Count(other => other == endpoint)));
    }

    [Fact]
    public void LeastRequest_takes_of_two_the_one_with_fewer_calls_in_flight()
    {
        var way = Some.Balanced(BalanceAlgorithm.LeastRequest, _time, 2);
        way.Backend.Endpoints[0].State.Begin();

        Assert.All(Picks(way, 20), picked => Assert.Same(way.Backend.Endpoints[1], picked));
    }

    [Fact]
    public void PeakEwma_takes_of_two_the_one_that_answers_sooner_until_its_calls_in_flight_outweigh_that()
    {
        var way = Some.Balanced(BalanceAlgorithm.PeakEwma, _time, 2);
        Answer(way.Backend.Endpoints[0], Quick * 3.5);
        Answer(way.Backend.Endpoints[1], Quick);

        for (var call = 0; call < 3; call++)
        {
            Assert.All(Picks(way, 20), picked => Assert.Same(way.Backend.Endpoints[1], picked));
            way.Backend.Endpoints[1].State.Begin();
        }

        Assert.All(Picks(way, 20), picked => Assert.Same(way.Backend.Endpoints[0], picked));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void One_that_is_new_gets_its_part_and_no_more_calls_at_once_than_the_others(int concurrency)
    {
        var way = Some.Balanced(BalanceAlgorithm.PeakEwma, _time, 4);
        foreach (var endpoint in way.Backend.Endpoints[1..]) Answer(endpoint, Quick);
        var fresh = way.Backend.Endpoints[0];
        var taken = 0;
        for (var round = 0; round < 400; round++)
        {
            var picked = Picks(way, concurrency, begin: true);
            taken += picked.Count(endpoint => endpoint == fresh);
            foreach (var endpoint in picked) endpoint.State.End();
        }

        Assert.InRange(taken / (400.0 * concurrency), 0.15, 0.35);
    }

    [Fact]
    public void Picks_allocate_nothing()
    {
        var way = Some.Balanced(BalanceAlgorithm.PeakEwma, TimeProvider.System, 4);
        foreach (var endpoint in way.Backend.Endpoints) Answer(endpoint, Quick);
        way.Balancer.Pick(null);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 1000; call++) way.Balancer.Pick(null)!.State.Latency.Note(Quick, failed: false);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(BalanceAlgorithm.PeakEwma)]
    [InlineData(BalanceAlgorithm.LeastRequest)]
    [InlineData(BalanceAlgorithm.RoundRobin)]
    public void One_that_could_not_be_reached_is_left_alone_for_a_second_and_then_tried_by_one_call(BalanceAlgorithm algorithm)
    {
        var way = Some.Balanced(algorithm, _time, 3);
        var dead = way.Backend.Endpoints[1];
        dead.State.Unreachable();

        Assert.DoesNotContain(dead, Picks(way, 30));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(Picks(way, 30), dead);

        dead.State.Succeeded(_time.GetTimestamp());
        Assert.InRange(Picks(way, 60).Count(picked => picked == dead), 5, 40);
    }

    [Fact]
    public void Where_none_could_be_reached_all_are_tried()
    {
        var way = Some.Balanced(BalanceAlgorithm.PeakEwma, _time, 3);
        foreach (var endpoint in way.Backend.Endpoints) endpoint.State.Unreachable();

        Assert.False(way.Balancer.AnyStands);
        Assert.Equal(3, Picks(way, 6).Distinct().Count());
    }

    [Theory]
    [InlineData(BalanceAlgorithm.PeakEwma)]
    [InlineData(BalanceAlgorithm.LeastRequest)]
    [InlineData(BalanceAlgorithm.RoundRobin)]
    public void After_a_failure_another_one_is_tried(BalanceAlgorithm algorithm)
    {
        var way = Some.Balanced(algorithm, _time, 3);
        for (var call = 0; call < 20; call++)
        {
            var first = way.Balancer.Pick(null);
            Assert.NotSame(first, way.Balancer.Pick(first));
        }
    }

    [Fact]
    public void The_only_one_that_stands_is_tried_again_rather_than_a_dead_one()
    {
        var way = Some.Balanced(BalanceAlgorithm.PeakEwma, _time, 3);
        way.Backend.Endpoints[1].State.Unreachable();
        way.Backend.Endpoints[2].State.Unreachable();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(way.Backend.Endpoints[0], way.Balancer.Pick(way.Backend.Endpoints[0]));
    }

    private static void Answer(Endpoint endpoint, TimeSpan took)
    {
        for (var call = 0; call < 5; call++) endpoint.State.Latency.Note(took, failed: false);
    }

    private static Endpoint[] Picks(Way way, int count, bool begin = false)
    {
        var picked = new Endpoint[count];
        for (var i = 0; i < count; i++)
        {
            picked[i] = way.Balancer.Pick(null)!;
            if (begin) picked[i].State.Begin();
        }

        return picked;
    }
}
