using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Routing;

public sealed class SplitTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(0.999)]
    public void A_thousand_draws_of_90_and_10_come_out_at_900_give_or_take_three(double start)
    {
        var split = new Split([(Some.Way("stable"), 90), (Some.Way("canary"), 10)]);
        var shares = new ShareSequence(start);

        var stable = Enumerable.Range(0, 1000).Count(_ => split.Choose(shares.Next())!.Backend.App == "stable");

        Assert.InRange(stable, 897, 903);
    }

    [Fact]
    public void Every_second_draw_is_shared_as_evenly_as_all_of_them()
    {
        var split = new Split([(Some.Way("stable"), 90), (Some.Way("canary"), 10)]);
        var shares = new ShareSequence(0.1);

        var stable = Enumerable.Range(0, 2000).Select(i => (i, Way: split.Choose(shares.Next())!)).Count(draw => draw.i % 2 == 0 && draw.Way.Backend.App == "stable");

        Assert.InRange(stable, 890, 910);
    }

    [Fact]
    public void A_way_of_weight_0_is_never_chosen()
    {
        var split = new Split([(Some.Way("off"), 0), (Some.Way("on"), 1)]);

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal("on", split.Choose(i / 100.0)!.Backend.App));
    }

    [Fact]
    public void Without_weights_there_is_no_way() => Assert.Null(new Split([(Some.Way("off"), 0)]).Choose(0.5));

    [Fact]
    public void The_choice_is_a_pure_function_of_its_number()
    {
        var split = new Split([(Some.Way("a"), 1), (Some.Way("b"), 1), (Some.Way("c"), 1)]);

        Assert.Equal(["a", "b", "c"], new[] { 0.1, 0.5, 0.9 }.Select(unit => split.Choose(unit)!.Backend.App));
        Assert.Equal("c", split.Choose(0.9999999999999999)!.Backend.App);
    }
}
