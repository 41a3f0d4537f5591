using FnMesh.Cli.Commands;

namespace FnMesh.Cli.Tests.Commands;

public sealed class RoutePathTests
{
    [Theory]
    [InlineData("hello/{name}", "name=Ada", "/hello/Ada")]
    [InlineData("hello/{name}", "name=a b/c", "/hello/a%20b%2Fc")]
    [InlineData("hello/{NAME:alpha}", "name=Ada&lang=de", "/hello/Ada?lang=de")]
    [InlineData("files/{*rest}", "rest=a/b", "/files/a/b")]
    [InlineData("files/{**rest}", "", "/files")]
    [InlineData("page/{number:int?}", "", "/page")]
    [InlineData("page/{number=1}", "", "/page")]
    [InlineData("a/{code:regex(^\\d{{3}}$)}", "code=123", "/a/123")]
    [InlineData("file.{ext}", "ext=txt", "/file.txt")]
    [InlineData("{a}-{b}", "a=1&b=2", "/1-2")]
    [InlineData("{{odd}}", "", "/{odd}")]
    [InlineData("", "", "/")]
    public void Parameters_take_their_place_and_the_others_become_the_query(string template, string values, string path) =>
        Assert.Equal((path, null), RoutePath.Fill(template, Values(values)));

    [Fact]
    public void One_that_is_missing_is_named() =>
        Assert.Equal((null, "the route '/a/{b}/{c}' needs --param c=VALUE"), RoutePath.Fill("a/{b}/{c}", Values("b=1")));

    private static Dictionary<string, string> Values(string text) =>
        text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
}
