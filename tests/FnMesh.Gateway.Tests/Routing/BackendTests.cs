using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Routing;

public sealed class BackendTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Backend _backend;

    public BackendTests() => _backend = Some.Way("shop", null, _time, new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2"), new Uri("http://127.0.0.1:3")).Backend;

    [Fact]
    public void Endpoints_take_turns()
    {
        var picked = Picks(6);

        Assert.All(_backend.Endpoints, endpoint => Assert.Equal(2, picked.Count(other => other == endpoint)));
    }

    [Fact]
    public void One_that_could_not_be_reached_is_left_alone_for_a_second()
    {
        var dead = _backend.Endpoints[1];
        dead.Reach.Failed();

        Assert.DoesNotContain(dead, Picks(30));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(dead, Picks(3));
    }

    [Fact]
    public void When_the_pause_is_over_one_call_tries_it_and_others_wait_for_what_that_finds()
    {
        var dead = _backend.Endpoints[1];
        dead.Reach.Failed();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(Picks(30), dead);

        dead.Reach.Reached();
        Assert.Equal(10, Picks(30).Count(picked => picked == dead));
    }

    [Fact]
    public void Each_further_failure_doubles_the_pause_up_to_ten_seconds()
    {
        var dead = _backend.Endpoints[1];
        foreach (var pause in new[] { 1, 2, 4, 8, 10, 10 })
        {
            dead.Reach.Failed();
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.False(dead.Reach.MayTry());
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(dead.Reach.MayTry());
        }
    }

    [Fact]
    public void Failures_within_one_pause_count_once()
    {
        var dead = _backend.Endpoints[1];
        for (var call = 0; call < 10; call++) dead.Reach.Failed();

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(dead.Reach.MayTry());
    }

    [Fact]
    public void One_that_answered_begins_anew()
    {
        var endpoint = _backend.Endpoints[1];
        endpoint.Reach.Failed();
        endpoint.Reach.Reached();
        Assert.True(endpoint.Reach.MayTry());

        endpoint.Reach.Failed();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(endpoint.Reach.MayTry());
    }

    [Fact]
    public void Where_none_could_be_reached_all_are_tried()
    {
        foreach (var endpoint in _backend.Endpoints) endpoint.Reach.Failed();

        Assert.Equal(3, Picks(6).Distinct().Count());
    }

    [Fact]
    public void After_a_failure_another_one_is_tried()
    {
        var first = _backend.Pick(null);

        Assert.NotEqual(first, _backend.Pick(first));
    }

    [Fact]
    public void The_only_one_that_can_be_reached_is_tried_again_rather_than_a_dead_one()
    {
        _backend.Endpoints[1].Reach.Failed();
        _backend.Endpoints[2].Reach.Failed();

        Assert.Equal(_backend.Endpoints[0], _backend.Pick(_backend.Endpoints[0]));
    }

    private Endpoint[] Picks(int count) => [.. Enumerable.Range(0, count).Select(_ => _backend.Pick(null)!)];
}
