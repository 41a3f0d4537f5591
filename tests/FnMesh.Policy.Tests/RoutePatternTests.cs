namespace FnMesh.Policy.Tests;

public sealed class RoutePatternTests
{
    [Theory]
    [InlineData("/items/[0-9]+", "/items/")]
    [InlineData("/items/a*", "/items/")]
    [InlineData("/items/ab?", "/items/a")]
    [InlineData("/v1\\.2/.*", "/v1.2/")]
    [InlineData("/a\\d", "/a")]
    [InlineData("/a(b|c)", "/a")]
    [InlineData("/a|/b", "")]
    [InlineData("/a[|]b|c", "")]
    [InlineData("(?i)/a", "")]
    [InlineData(".*", "")]
    [InlineData("", "")]
    [InlineData("/x{2}", "/")]
    public void What_every_text_begins_with_that_fits_is_read_from_the_pattern(string pattern, string beginning) => Assert.Equal(beginning, RoutePattern.Beginning(pattern));
}
