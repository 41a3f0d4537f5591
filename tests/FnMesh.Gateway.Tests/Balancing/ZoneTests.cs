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

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    public void Endpoints_that_hover_around_the_border_move_their_own_part_of_the_calls_and_never_the_whole(int hovering, int gone)
    {
        var (balancer, all) = Zones(10, 10);
        foreach (var endpoint in all.Take(gone)) endpoint.State.Unreachable();
        var (least, most, before) = (1.0, 0.0, NearShare(balancer, all, gone));
        for (var tick = 0; tick < 300; tick++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            // One after the other, so that the border is crossed again and again.
            var state = all[gone + (tick % hovering)].State;
            if (state.Stands) state.Unreachable();
            else if (state.MayTry()) state.Succeeded(_time.GetTimestamp());
            var share = NearShare(balancer, all, gone);
            Assert.InRange(Math.Abs(share - before), 0, 0.14 + Noise);
            (least, most, before) = (Math.Min(least, share), Math.Max(most, share), share);
        }

        Assert.InRange(least, (1.4 * (10 - gone - hovering) / 10) - Noise, 1);
        Assert.InRange(most, Math.Min(1, 1.4 * (10 - gone) / 10) - Noise, 1);
    }

    [Fact]
    public void An_endpoint_of_the_zone_that_fails_again_and_again_changes_the_choice_less_and_less_often()
    {
        var (balancer, all) = Zones(3, 3);
        var changes = new List<int>();
        for (var minute = 0; minute < 4; minute++)
        {
            var before = _standings.Version;
            for (var tick = 0; tick < 600; tick++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                var stood = all[0].State.Stands;
                if (!stood && !all[0].State.MayTry()) continue;
                for (var attempt = 0; attempt < (stood ? BalancingEntry.Default.Outlier.ConsecutiveFailures : 1); attempt++) balancer.Report(all[0], failed: stood, _time.GetTimestamp());
            }

            changes.Add((int)(_standings.Version - before));
        }

        // Left alone for 10, 20, 40 and then 80 s: each time twice, when it goes and when it comes back.
        Assert.Equal([5, 2, 2, 2], changes);
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

    /// <summary>What 2,000 draws may be away from what is drawn, by far.</summary>
    private const double Noise = 0.05;

    /// <summary>The part of attempts that stays in the zone; trials of those that are gone for good are none.</summary>
    private static double NearShare(Balancer balancer, Endpoint[] all, int gone)
    {
        foreach (var endpoint in all.Take(gone)) endpoint.State.Unreachable();
        return Enumerable.Range(0, 2000).Count(_ => balancer.Pick(all[^1])!.IsNear) / 2000.0;
    }

    private (Balancer Balancer, Endpoint[] All) Zones(int near, int far, bool preference = true)
    {
        Endpoint[] all = [.. Enumerable.Range(1, near + far).Select(port => new Endpoint(new Uri($"http://127.0.0.1:{port}"), new EndpointState(_standings, _time), IsNear: port <= near))];
        return (new Balancer(all, BalancingEntry.Default with { ZonePreference = preference }, new EndpointTurn(), _standings, new Randomness(3)), all);
    }
}
