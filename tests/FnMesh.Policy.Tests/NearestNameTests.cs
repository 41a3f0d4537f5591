namespace FnMesh.Policy.Tests;

public class NearestNameTests
{
    [Theory]
    [InlineData("wieght", "weight")]
    [InlineData("weigth", "weight")]
    [InlineData("WEIGHT", "weight")]
    [InlineData("backendRef", "backendRefs")]
    [InlineData("nmae", "name")]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_found_and_a_far_one_is_not(string typo, string? meant) =>
        Assert.Equal(meant, NearestName.Among(typo, ["weight", "name", "backendRefs", "kind"]));

    [Fact]
    public void Of_equally_near_names_the_first_in_order_wins_whatever_the_order_of_candidates()
    {
        Assert.Equal("aab", NearestName.Among("aaa", ["aac", "aab"]));
        Assert.Equal("aab", NearestName.Among("aaa", ["aab", "aac"]));
    }

    [Fact]
    public void A_very_long_name_has_no_nearest() => Assert.Null(NearestName.Among(new string('a', 100), [new string('a', 99)]));
}
