using FnMesh.Gateway.Attempts;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Attempts;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_least_rate_is_always_allowed()
    {
        var budget = Budget(percent: 0, minCount: 2);

        Assert.True(budget.TryRepeat());
        Assert.True(budget.TryRepeat());
        Assert.False(budget.TryRepeat());
    }

    [Fact]
    public void The_least_rate_comes_back_with_time()
    {
        var budget = Budget(percent: 0, minCount: 1);
        Assert.True(budget.TryRepeat());
        Assert.False(budget.TryRepeat());

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(budget.TryRepeat());
    }

    [Fact]
    public void Repetitions_stay_within_the_share_of_calls()
    {
        var budget = Budget(percent: 20, minCount: 0);
        for (var i = 0; i < 100; i++) budget.Call();

        var allowed = Enumerable.Range(0, 100).Count(_ => budget.TryRepeat());

        Assert.Equal(20, allowed);
    }

    [Fact]
    public void Calls_that_are_older_than_the_interval_earn_nothing()
    {
        var budget = Budget(percent: 20, minCount: 0);
        for (var i = 0; i < 100; i++) budget.Call();

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.False(budget.TryRepeat());
    }

    [Fact]
    public void When_everything_fails_attempts_stay_within_1_2_times_the_calls_and_10_a_second()
    {
        var budget = Budget(percent: 20, minCount: 10);
        var repeated = 0;
        for (var second = 0; second < 60; second++)
        {
            for (var call = 0; call < 1000; call++)
            {
                budget.Call();
                if (budget.TryRepeat()) repeated++;
                _time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Assert.InRange(repeated, 0.15 * 60_000, (0.2 * 60_000) + (10 * 61));
    }

    [Fact]
    public void So_they_do_in_every_ten_seconds_after_all_was_well_though_each_call_asks_three_times()
    {
        for (var offset = 0; offset < 10; offset++)
        {
            _time.Advance(TimeSpan.FromSeconds(30) + TimeSpan.FromMilliseconds(100));
            var budget = Budget(percent: 20, minCount: 10);
            var repeated = new List<int>();
            for (var call = 0; call < 8000; call++)
            {
                budget.Call();
                repeated.Add(call < 2000 ? 0 : Enumerable.Range(0, 3).Count(_ => budget.TryRepeat()));
                _time.Advance(TimeSpan.FromMilliseconds(5));
            }

            for (var from = 0; from <= 6000; from += 100) Assert.InRange(repeated.Skip(from).Take(2000).Sum(), 0, (0.2 * 2000) + (10 * 10));
        }
    }

    private RetryBudget Budget(int percent, int minCount) =>
        new(new RetryBudgetEntry(percent, TimeSpan.FromSeconds(10), minCount, TimeSpan.FromSeconds(1)), _time);
}
