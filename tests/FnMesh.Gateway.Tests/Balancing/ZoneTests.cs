using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

public sealed class ZoneTests
{
    private readonly Standings _standings = new();
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(10, 10, 0, 0, 1.0)]
    [InlineData(10, 10, 2, 0, 1.0)]
    [InlineData(10, 10, 3, 0, 0.98)]
    [InlineData(10, 10, 5, 0, 0.7)]
    [InlineData(10, 10, 9, 0, 0.14)]
    [InlineData(10, 10, 10, 0, 0.0)]
    [InlineData(10, 10, 5, 8, 0.714)]
    [InlineData(10, 10, 0, 10, 1.0)]
    [InlineData(2, 10, 1, 0, 0.7)]
    [InlineData(0, 10, 0, 0, 0.0)]
    public void The_own_zone_takes_everything_until_seven_of_ten_stand_and_then_so_much_less(int near, int far, int nearOut, int farOut, double share)
    {
        var (balancer, all) = Zones(near, far);
        foreach (var endpoint in all.Where(endpoint => endpoint.IsNear).Take(nearOut)) endpoint.State.Unreachable();
        foreach (var endpoint in all.Where(endpoint => !endpoint.IsNear).Take(farOut)) endpoint.State.Unreachable();

        var picked = Enumerable.Range(0, 5000).Count(_ => balancer.Pick(null)!.IsNear) / 5000.0;

        Assert.InRange(picked, share - 0.03, share + 0.03);
    }

    [Fact]
    public void Without_preference_zones_mean_nothing()
    {
        var (balancer, _) = Zones(5, 5, preference: false);

        Assert.InRange(Enumerable.Range(0, 2000).Count(_ => balancer.Pick(null)!.IsNear), 900, 1100);
    }

    [Fact]
    public void After_a_failure_of_the_only_one_in_the_zone_another_zone_is_tried()
    {
        var (balancer, all) = Zones(1, 2);

        Assert.False(balancer.Pick(all[0])!.IsNear);
    }

    private (Balancer Balancer, Endpoint[] All) Zones(int near, int far, bool preference = true)
    {
        Endpoint[] all = [.. Enumerable.Range(1, near + far).Select(port => new Endpoint(new Uri($"http://127.0.0.1:{port}"), new EndpointState(_standings, _time), IsNear: port <= near))];
        return (new Balancer(all, BalancingEntry.Default with { ZonePreference = preference }, new EndpointTurn(), _standings, new Randomness(3)), all);
    }
}
