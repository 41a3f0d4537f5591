namespace FnMesh.EndToEnd.Tests.Chaos;

/// <summary>The judge of the kill tests finds what it is there to find.</summary>
public sealed class LedgerTests
{
    private readonly Ledger _ledger = new();

    public LedgerTests() => _ledger.BeginLife(afterOrderlyEnd: false);

    [Fact]
    public void What_was_in_flight_at_a_kill_may_come_again_and_what_was_in_doubt_may_stay_away()
    {
        Publish("a", 1);
        Publish("a", 2);
        _ledger.Doubt();
        _ledger.Receive("a", 1, accepted: false);
        _ledger.Receive("a", 1, accepted: true);
        _ledger.Receive("a", 2, accepted: true);

        _ledger.BeginLife(afterOrderlyEnd: false);
        _ledger.Receive("a", 2, accepted: true);
        Publish("a", 4);
        _ledger.Receive("a", 4, accepted: true);

        Assert.Empty(_ledger.Judge());
        Assert.Equal(1, _ledger.Repeated);
        Assert.True(_ledger.PaidAsync().IsCompleted);
    }

    [Fact]
    public void A_lost_event_is_found()
    {
        Publish("a", 1);
        _ledger.Receive("a", 1, accepted: false);

        Assert.Equal("event 1 of key a got 202 and was never accepted by the subscriber", Assert.Single(_ledger.Judge()));
        Assert.False(_ledger.PaidAsync().IsCompleted);
    }

    [Fact]
    public void An_event_that_overtakes_an_earlier_one_of_its_key_is_found()
    {
        Publish("a", 1);
        Publish("a", 2);
        _ledger.Receive("a", 2, accepted: true);
        _ledger.Receive("a", 1, accepted: true);

        Assert.Contains("after event 2 had come", Assert.Single(_ledger.Judge()));
    }

    [Fact]
    public void A_settled_event_that_comes_again_after_a_kill_is_found()
    {
        Publish("a", 1);
        Publish("a", 2);
        _ledger.Receive("a", 1, accepted: true);
        _ledger.Receive("a", 2, accepted: true);

        _ledger.BeginLife(afterOrderlyEnd: false);
        _ledger.Receive("a", 1, accepted: true);

        Assert.Contains("event 1 of key a came in life 2", Assert.Single(_ledger.Judge()));
    }

    [Fact]
    public void An_accepted_event_that_comes_again_in_the_same_life_or_after_an_orderly_end_is_found()
    {
        Publish(null, 1);
        Publish(null, 2);
        _ledger.Receive(null, 1, accepted: true);
        _ledger.Receive(null, 1, accepted: true);
        _ledger.Receive(null, 2, accepted: true);

        _ledger.BeginLife(afterOrderlyEnd: true);
        _ledger.Receive(null, 2, accepted: true);

        Assert.Equal(
            ["event 1 without a key came again in life 1, in which it had been accepted", "event 2 without a key, accepted in life 1, came again after an orderly end"],
            _ledger.Judge());
    }

    [Fact]
    public void More_repetitions_than_can_have_been_in_flight_are_found()
    {
        for (var number = 1; number <= Ledger.MaxInFlight + 1; number++)
        {
            Publish(null, number);
            _ledger.Receive(null, number, accepted: true);
        }

        _ledger.BeginLife(afterOrderlyEnd: false);
        for (var number = 1; number <= Ledger.MaxInFlight + 1; number++) _ledger.Receive(null, number, accepted: true);

        Assert.Equal("65 events accepted in life 1 came again, more than the 64 that can have been in flight at its end", Assert.Single(_ledger.Judge()));
    }

    private void Publish(string? key, int number) => _ledger.Acknowledge(key, number);
}
