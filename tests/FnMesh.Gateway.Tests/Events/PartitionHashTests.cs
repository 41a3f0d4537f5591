using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Tests.Events;

public class PartitionHashTests
{
    [Theory]
    [InlineData("", 0xCBF29CE484222325)]
    [InlineData("a", 0xAF63DC4C8601EC8C)]
    [InlineData("foobar", 0x85944171F73967E8)]
    public void The_first_step_is_FNV_1a(string text, ulong hash) => Assert.Equal(hash, PartitionHash.Add(0xCBF29CE484222325, text));

    [Theory]
    [InlineData("billing-invoice", "order-1", "/shop/orders", "42", 0xCDBD43182FBA97C9, 0.803669160275357)]
    [InlineData("billing-invoice", "", "/shop/orders", "42", 0xEA241E73A22D9948, 0.9146136314686174)]
    [InlineData("s", "schlüssel-😀", "/s", "1", 0x0A666681B61EB968, 0.04062500635893229)]
    [InlineData("", "", "", "", 0x2B9A8DC5127B9312, 0.17032705365498502)]
    public void Vectors_never_change(string subscription, string key, string source, string id, ulong hash, double point)
    {
        var record = key.Length > 0
            ? Reading.Record(("source", source), ("id", id), ("partitionkey", key))
            : Reading.Record(("source", source), ("id", id));
        Assert.Equal(hash, PartitionHash.Hash(subscription, record));
        Assert.Equal(point, PartitionHash.Point(subscription, record));
    }

    [Fact]
    public void An_empty_key_is_no_key() =>
        Assert.Equal(
            PartitionHash.Hash("s", Reading.Record(("source", "/s"), ("id", "1"))),
            PartitionHash.Hash("s", Reading.Record(("source", "/s"), ("id", "1"), ("partitionkey", ""))));

    [Fact]
    public void Events_of_one_key_fall_together_and_subscriptions_fall_apart()
    {
        var one = Reading.Record(("source", "/s"), ("id", "1"), ("partitionkey", "k"));
        var two = Reading.Record(("source", "/t"), ("id", "2"), ("partitionkey", "k"));
        Assert.Equal(PartitionHash.Point("s", one), PartitionHash.Point("s", two));
        Assert.NotEqual(PartitionHash.Point("s", one), PartitionHash.Point("t", one));
    }

    [Fact]
    public void Keys_that_are_alike_spread_evenly()
    {
        var tenths = new int[10];
        for (var i = 0; i < 10_000; i++)
        {
            var point = PartitionHash.Point("billing-invoice", Reading.Record(("source", "/s"), ("id", "1"), ("partitionkey", $"order-{i}")));
            Assert.InRange(point, 0, 0.9999999999999999);
            tenths[(int)(point * 10)]++;
        }

        Assert.All(tenths, count => Assert.InRange(count, 880, 1120));
    }
}
