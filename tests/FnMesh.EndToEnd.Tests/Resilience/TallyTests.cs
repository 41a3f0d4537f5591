namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>The judge of the runs under load finds what it is there to find.</summary>
public sealed class TallyTests
{
    private readonly Tally _tally = new();

    [Fact]
    public void An_event_of_a_key_may_come_again_until_the_next_of_it_has_come()
    {
        foreach (var number in (int[])[1, 1, 3, 3]) _tally.Receive("a", number);
        _tally.Receive("b", 1);

        Assert.Empty(_tally.Judge());
        Assert.Equal(2, _tally.Repeated);
    }

    [Fact]
    public void An_event_that_comes_after_a_later_one_of_its_key_is_found()
    {
        _tally.Receive("a", 2);
        _tally.Receive("a", 1);

        Assert.Equal("event 1 of a came after event 2 of it", Assert.Single(_tally.Judge()));
        Assert.Equal(1, _tally.Failed);
    }

    [Fact]
    public void An_event_that_got_202_and_did_not_come_is_found()
    {
        _tally.Acknowledge("a.1");
        _tally.Acknowledge("a.2");
        _tally.Receive("a", 2);

        Assert.Equal("event a.1 got 202 and never came", Assert.Single(_tally.Judge()));
    }

    [Fact]
    public void Half_and_ninety_nine_of_a_hundred_calls_ended_within_the_milliseconds_that_are_told()
    {
        for (var call = 1; call <= 100; call++) _tally.Succeed("get", TimeSpan.FromMilliseconds(call));

        var took = _tally.TakeLatencies();

        Assert.Equal((50, 99, 100, 100), (took.Within(0.5), took.Within(0.99), took.Within(1), took.Count));
        Assert.Equal(0, _tally.TakeLatencies().Count);
    }
}
