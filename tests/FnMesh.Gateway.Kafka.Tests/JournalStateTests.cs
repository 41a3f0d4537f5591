using System.Text;

namespace FnMesh.Gateway.Kafka.Tests;

public sealed class JournalStateTests
{
    private readonly JournalState _state = new("s", 3);

    [Fact]
    public void What_a_former_owner_writes_after_it_lost_the_lane_says_nothing()
    {
        Claim("a", follows: "");
        Park("a", 7);
        Park("b", 7);
        Claim("b", follows: "a");
        Park("a", 8);
        Assert.Equal("b", _state.Claim);
        Assert.Equal([7L], _state.Parked.Select(parked => parked.Key));
    }

    [Fact]
    public void Of_two_that_claim_after_the_same_owner_the_first_has_the_lane()
    {
        Claim("a", follows: "");
        Claim("b", follows: "a");
        Claim("late", follows: "a");
        Park("late", 9);
        Assert.Equal("b", _state.Claim);
        Assert.Empty(_state.Parked);
        Claim("c", follows: "b");
        Assert.Equal("c", _state.Claim);
    }

    [Fact]
    public void Compaction_may_have_removed_all_claims_but_the_last()
    {
        Claim("c", follows: "b");
        Park("c", 1);
        Assert.Equal("c", _state.Claim);
        Assert.Equal([1L], _state.Parked.Select(parked => parked.Key));
    }

    [Fact]
    public void The_last_owner_s_claim_is_removed_after_those_that_it_overruled()
    {
        Claim("a", follows: "");
        Claim("b", follows: "a");
        Claim("late", follows: "a");
        Park("b", 1);
        Assert.Equal(["a", "late", "b", "b"], _state.Old("c").Select(key => key.Claim));
        Assert.Equal(JournalKey.Claimed, _state.Old("c").Last().Kind);
    }

    [Fact]
    public void Other_lanes_and_other_subscriptions_say_nothing_here()
    {
        Claim("a", follows: "");
        _state.Read(new JournalKey("s", 4, JournalKey.Claimed, "x", 0).Write(), "a"u8.ToArray());
        _state.Read(new JournalKey("other/s", 3, JournalKey.Claimed, "x", 0).Write(), "a"u8.ToArray());
        _state.Read("no key"u8.ToArray(), []);
        _state.Read(null, []);
        Assert.Equal("a", _state.Claim);
    }

    [Fact]
    public void A_settled_event_is_parked_no_more_and_what_is_ahead_is_the_last_that_was_written()
    {
        Claim("a", follows: "");
        Park("a", 7);
        _state.Read(new JournalKey("s", 3, JournalKey.Parked, "a", 7).Write(), null);
        _state.Read(new JournalKey("s", 3, JournalKey.Ahead, "a", 0).Write(), OffsetSet.Write([5, 6]));
        _state.Read(new JournalKey("s", 3, JournalKey.Ahead, "a", 0).Write(), OffsetSet.Write([9, 6, 1_000_000_000_000]));
        Assert.Empty(_state.Parked);
        Assert.Equal([6, 9, 1_000_000_000_000], OffsetSet.Read(_state.Ahead).Order());
    }

    private void Claim(string owner, string follows) => _state.Read(new JournalKey("s", 3, JournalKey.Claimed, owner, 0).Write(), Encoding.UTF8.GetBytes(follows));

    private void Park(string owner, long offset) => _state.Read(new JournalKey("s", 3, JournalKey.Parked, owner, offset).Write(), "{}"u8.ToArray());
}
