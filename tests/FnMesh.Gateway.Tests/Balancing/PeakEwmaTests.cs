using FnMesh.Gateway.Balancing;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Balancing;

public sealed class PeakEwmaTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PeakEwma _latency;

    public PeakEwmaTests() => _latency = new PeakEwma(_time);

    [Fact]
    public void The_first_five_answers_are_no_measure_but_for_the_least_of_them()
    {
        foreach (var took in new[] { 900, 300, 20, 25 }) Note(took);
        Assert.Null(_latency.Read());
        Note(30);

        Assert.Equal(20, _latency.Read()!.Value, 3);
    }

    [Fact]
    public void A_peak_counts_at_once_and_wears_off_with_what_comes_after()
    {
        for (var call = 0; call < 5; call++) Note(10);
        Note(100);
        Assert.Equal(100, _latency.Read()!.Value, 3);

        for (var second = 0; second < 40; second++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Note(10);
        }

        Assert.InRange(_latency.Read()!.Value, 40, 46);
    }

    [Fact]
    public void Who_was_ten_times_slower_and_is_idle_costs_the_same_as_the_others_after_nine_seconds()
    {
        for (var call = 0; call < 5; call++) Note(10);
        Note(100);
        _time.Advance(TimeSpan.FromSeconds(9.3));

        Assert.InRange(_latency.Read()!.Value, 9, 10);
    }

    [Fact]
    public void A_quick_failure_makes_nobody_cheap_and_a_slow_one_dear()
    {
        for (var call = 0; call < 5; call++) Note(10);
        for (var call = 0; call < 100; call++) Note(1, failed: true);
        Assert.Equal(10, _latency.Read()!.Value, 3);
        Note(500, failed: true);

        Assert.Equal(500, _latency.Read()!.Value, 3);
    }

    [Fact]
    public void Answers_that_come_at_once_lose_nothing()
    {
        Parallel.For(0, 10_000, call => Note(10 + (call % 7)));

        Assert.Equal(16, _latency.Read()!.Value, 3);
    }

    private void Note(double milliseconds, bool failed = false) => _latency.Note(TimeSpan.FromMilliseconds(milliseconds), failed);
}
