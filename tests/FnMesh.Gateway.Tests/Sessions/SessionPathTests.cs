using FnMesh.Gateway.Sessions;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Sessions;

public sealed class SessionPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/shop", "/shop")]
    [InlineData("/shop/", "/shop")]
    [InlineData("/shop /shop/cart", "/shop")]
    [InlineData("/shop/cart /shop/orders", "/shop")]
    [InlineData("/shop/car /shop/cart", "/shop")]
    [InlineData("/shop /shopping", "/")]
    [InlineData("/shop /", "/")]
    [InlineData("/shop /basket", "/")]
    [InlineData("/a%3Bb", "/a%3Bb")]
    [InlineData("/a/b;c/d", "/a")]
    [InlineData("/a;b", "/")]
    public void Browsers_bring_the_cookie_below_the_segments_that_all_matches_begin_with(string matches, string path) => Assert.Equal(path, SessionPath.Of([.. matches.Split(' ').Select(Match)]));

    private static RouteMatchEntry Match(string path) => new() { PathType = path.Length % 2 == 0 ? PathMatchType.Exact : PathMatchType.PathPrefix, Path = path, Headers = [] };
}
