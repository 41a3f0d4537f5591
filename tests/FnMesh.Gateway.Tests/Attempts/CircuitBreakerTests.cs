using FnMesh.Gateway.Attempts;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Attempts;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() =>
        _breaker = new(new CircuitBreakerEntry(0.5, 4, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)), _time);

    [Fact]
    public void It_stays_closed_below_the_least_throughput()
    {
        Report(failed: 3, succeeded: 0);

        Assert.True(Enters());
    }

    [Fact]
    public void It_stays_closed_below_the_ratio()
    {
        Report(failed: 4, succeeded: 6);

        Assert.True(Enters());
    }

    [Fact]
    public void It_opens_at_the_ratio_and_says_when_to_come_back()
    {
        Report(failed: 2, succeeded: 2);
        Report(failed: 1, succeeded: 0);

        Assert.False(_breaker.TryEnter(out _, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(5), retryAfter);
    }

    [Fact]
    public void Failures_that_are_older_than_the_window_are_forgotten()
    {
        Report(failed: 3, succeeded: 0);
        _time.Advance(TimeSpan.FromSeconds(11));
        Report(failed: 1, succeeded: 0);

        Assert.True(Enters());
    }

    [Fact]
    public void After_the_break_one_attempt_is_let_through_and_its_success_closes_it()
    {
        Report(failed: 4, succeeded: 0);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(_breaker.TryEnter(out var probe, out _));
        Assert.True(probe);
        Assert.False(Enters());
        _breaker.Report(failed: false, probe);
        Assert.True(Enters());
    }

    [Fact]
    public void A_probe_that_fails_opens_it_again()
    {
        Report(failed: 4, succeeded: 0);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_breaker.TryEnter(out var probe, out _));

        _breaker.Report(failed: true, probe);

        Assert.False(_breaker.TryEnter(out _, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(5), retryAfter);
    }

    [Fact]
    public void A_probe_that_is_abandoned_leaves_room_for_another()
    {
        Report(failed: 4, succeeded: 0);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_breaker.TryEnter(out var probe, out _));

        _breaker.Abandon(probe);

        Assert.True(Enters());
    }

    [Fact]
    public void Attempts_from_before_it_opened_do_not_speak_for_the_probe()
    {
        Report(failed: 4, succeeded: 0);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_breaker.TryEnter(out var probe, out _));

        _breaker.Report(failed: true, probe: false);
        _breaker.Report(failed: false, probe);

        Assert.True(Enters());
    }

    private bool Enters() => _breaker.TryEnter(out _, out _);

    private void Report(int failed, int succeeded)
    {
        for (var i = 0; i < succeeded; i++) _breaker.Report(failed: false, probe: false);
        for (var i = 0; i < failed; i++) _breaker.Report(failed: true, probe: false);
    }
}
