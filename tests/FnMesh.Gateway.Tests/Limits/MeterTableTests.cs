using FnMesh.Gateway.Limits;

namespace FnMesh.Gateway.Tests.Limits;

public sealed class MeterTableTests
{
    [Fact]
    public void A_key_has_one_meter_and_no_two_keys_share_one()
    {
        var table = new MeterTable(TimeProvider.System);

        Assert.Same(table.Of("a"), table.Of("a"));
        Assert.NotSame(table.Of("a"), table.Of("b"));
        Assert.NotSame(table.Of(new string('x', 4_000) + "1"), table.Of(new string('x', 4_000) + "2"));
        Assert.Same(table.Of(new string('x', 4_000) + "1"), table.Of(new string('x', 4_000) + "1"));
    }

    [Fact]
    public void At_the_bound_the_key_that_was_used_longest_ago_begins_anew()
    {
        var shard = new MeterShard();
        var (first, second) = (shard.Of("first"), shard.Of("second"));
        for (var key = 2; key < MeterShard.Capacity; key++) shard.Of($"{key}");
        Assert.Same(first, shard.Of("first"));

        shard.Of("one more");

        Assert.Same(first, shard.Of("first"));
        Assert.NotSame(second, shard.Of("second"));
    }

    [Fact]
    public void Who_has_something_under_way_is_not_forgotten_while_others_have_not()
    {
        var shard = new MeterShard();
        var busy = shard.Of("busy");
        Assert.True(busy.InFlight.TryEnter(1));
        for (var key = 0; key < MeterShard.Capacity * 3; key++) shard.Of($"{key}");

        Assert.Same(busy, shard.Of("busy"));
        Assert.False(shard.Of("busy").InFlight.TryEnter(1));
    }

    [Fact]
    public void However_many_keys_come_no_more_than_the_bound_are_kept()
    {
        var table = new MeterTable(TimeProvider.System);
        var first = new WeakReference(table.Of("first"));
        for (var key = 0; key < MeterTable.MaxKeys * 2; key++) table.Of($"{key}");
        GC.Collect();

        Assert.False(first.IsAlive);
    }
}
