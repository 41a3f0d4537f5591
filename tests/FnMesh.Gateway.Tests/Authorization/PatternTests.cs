using FnMesh.Gateway.Authorization;

namespace FnMesh.Gateway.Tests.Authorization;

public sealed class PatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "a.b/c", true)]
    [InlineData("shop.*", "shop.order.placed", true)]
    [InlineData("shop.*", "shop.", true)]
    [InlineData("shop.*", "shop", false)]
    [InlineData("*.paid", "shop.order.paid", true)]
    [InlineData("*.paid", "shop.order.paid.late", false)]
    [InlineData("anonymous", "anonymous", true)]
    [InlineData("anonymous", "Anonymous", false)]
    [InlineData("/admin*", "/admin/users", true)]
    [InlineData("*key*", "a.key.b", true)]
    public void A_star_stands_alone_first_or_last_and_crosses_every_separator(string pattern, string value, bool matches) =>
        Assert.Equal(matches, new Pattern(pattern).Matches(value));

    [Fact]
    public void No_patterns_match_nothing_and_no_list_of_them_is_none() => Assert.True(!Pattern.AnyMatches([], "x") && Pattern.Compile(null) is null);

    [Fact]
    public void Some_patterns_match_only_what_one_of_them_does()
    {
        Pattern[] patterns = [new("a"), new("b*")];

        Assert.True(Pattern.AnyMatches(patterns, "bc"));
        Assert.False(Pattern.AnyMatches(patterns, "c"));
    }
}
