using FnMesh.Gateway.Limits;

namespace FnMesh.Gateway.Tests.Limits;

/// <summary>One number that counts a rate; the clock is the test's.</summary>
public sealed class RateMeterTests
{
    private readonly RateMeter _meter = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 10)]
    [InlineData(10, 25)]
    [InlineData(700_000, 3)]
    [InlineData(3, 1_000)]
    public void After_a_pause_a_burst_may_come_and_no_more(int perSecond, int burst)
    {
        for (var left = burst - 1; left >= 0; left--) Assert.Equal((true, left), Take(1_000_000, perSecond, burst));
        Assert.False(_meter.Take(1_000_000, perSecond, burst).Taken);
    }

    [Fact]
    public void Over_a_long_time_as_many_pass_as_the_rate_says_and_the_burst_once()
    {
        const int Rate = 30, Burst = 7, Seconds = 100;
        var passed = 0;
        for (var ask = 0; ask < Seconds * 1_000; ask++) passed += _meter.Take(50_000 + (ask / 1_000.0), Rate, Burst).Taken ? 1 : 0;

        Assert.InRange(passed, (Rate * Seconds) + Burst - 1, (Rate * Seconds) + Burst);
    }

    [Fact]
    public void Who_waits_as_long_as_it_is_told_passes_and_earlier_nobody_does()
    {
        for (var call = 0; call < 4; call++) Assert.True(_meter.Take(10, 4, 4).Taken);
        var refused = _meter.Take(10.1, 4, 4);

        Assert.Equal(0.15, refused.Wait, 6);
        Assert.False(_meter.Take(10.1 + (refused.Wait * 0.99), 4, 4).Taken);
        Assert.True(_meter.Take(10.1 + refused.Wait, 4, 4).Taken);
    }

    [Fact]
    public void It_tells_when_all_are_there_again()
    {
        Assert.Equal(0.25, _meter.Take(10, 4, 4).Full, 6);
        Assert.Equal(0.5, _meter.Take(10, 4, 4).Full, 6);
        Assert.Equal(0.25, _meter.Take(11, 4, 4).Full, 6);
    }

    [Fact]
    public void Another_rate_goes_on_with_what_was_used()
    {
        for (var call = 0; call < 10; call++) Assert.True(_meter.Take(10, 10, 10).Taken);

        Assert.False(_meter.Take(10, 20, 20).Taken && _meter.Take(10, 20, 20).Left > 0);
        Assert.False(_meter.Take(10, 1, 1).Taken);
    }

    [Fact]
    public void Of_many_who_ask_at_once_as_many_pass_as_there_are()
    {
        var passed = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (_meter.Take(5, 100, 137).Taken) Interlocked.Increment(ref passed);
        });

        Assert.Equal(137, passed);
    }

    private (bool Taken, int Left) Take(double now, int perSecond, int burst)
    {
        var use = _meter.Take(now, perSecond, burst);
        return (use.Taken, use.Left);
    }
}
