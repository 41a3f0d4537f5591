using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

/// <summary>Whole traffic by a clock of its own.</summary>
public sealed class TrafficTests
{
    private readonly FakeTimeProvider _time = new();
    private bool _isSlow;
    private bool _isFailing;

    [Theory]
    [InlineData(20, 1)]
    [InlineData(200, 2)]
    [InlineData(200, 3)]
    [InlineData(800, 4)]
    public void One_of_four_that_becomes_ten_times_slower_gets_less_than_4_percent_within_5_s_and_p95_hardly_moves(int perSecond, ulong seed)
    {
        var traffic = Traffic(BalanceAlgorithm.PeakEwma, seed);
        traffic.Run(TimeSpan.FromSeconds(20), perSecond);
        var healthy = P95(traffic.Ended);
        _isSlow = true;
        traffic.Run(TimeSpan.FromSeconds(5), perSecond);
        traffic.Ended.Clear();
        traffic.Run(TimeSpan.FromSeconds(60), perSecond);

        Assert.InRange(Share(traffic.Ended, 0), 0, 0.04);
        Assert.InRange(P95(traffic.Ended) / healthy, 0, 1.3);
    }

    [Fact]
    public void Who_is_quick_again_has_its_part_again_within_10_s()
    {
        var traffic = Traffic(BalanceAlgorithm.PeakEwma, 5);
        _isSlow = true;
        traffic.Run(TimeSpan.FromSeconds(20), 400);
        _isSlow = false;
        traffic.Run(TimeSpan.FromSeconds(10), 400);
        traffic.Ended.Clear();
        traffic.Run(TimeSpan.FromSeconds(10), 400);

        Assert.InRange(Share(traffic.Ended, 0), 0.15, 0.35);
    }

    [Fact]
    public void Turns_alone_give_the_slow_one_its_quarter()
    {
        var traffic = Traffic(BalanceAlgorithm.RoundRobin, 6);
        _isSlow = true;
        traffic.Run(TimeSpan.FromSeconds(20), 200);

        Assert.InRange(Share(traffic.Ended, 0), 0.24, 0.26);
    }

    [Theory]
    [InlineData(BalanceAlgorithm.PeakEwma)]
    [InlineData(BalanceAlgorithm.LeastRequest)]
    [InlineData(BalanceAlgorithm.RoundRobin)]
    public void One_of_four_that_fails_gets_less_than_1_percent_within_2_s_and_comes_back_by_one_call(BalanceAlgorithm algorithm)
    {
        var traffic = Traffic(algorithm, 7);
        traffic.Run(TimeSpan.FromSeconds(5), 200);
        _isFailing = true;
        traffic.Run(TimeSpan.FromSeconds(2), 200);
        traffic.Ended.Clear();
        traffic.Run(TimeSpan.FromSeconds(60), 200);
        Assert.InRange(Share(traffic.Ended, 0), 0.00001, 0.01);

        _isFailing = false;
        traffic.Run(TimeSpan.FromSeconds(80), 200);
        traffic.Ended.Clear();
        traffic.Run(TimeSpan.FromSeconds(10), 200);
        Assert.InRange(Share(traffic.Ended, 0), 0.15, 0.35);
    }

    private Traffic Traffic(BalanceAlgorithm algorithm, ulong seed) => new(Some.Balanced(algorithm, _time, 4), _time, seed)
    {
        Takes = endpoint => TimeSpan.FromMilliseconds(endpoint == 0 && _isSlow ? 200 : 20),
        Fails = endpoint => endpoint == 0 && _isFailing,
    };

    private static double Share(List<Traffic.Call> calls, int endpoint) => calls.Count(call => call.Endpoint == endpoint) / (double)calls.Count;

    private static double P95(List<Traffic.Call> calls) => calls.Select(call => call.Took.TotalMilliseconds).Order().ElementAt((int)(calls.Count * 0.95));
}
