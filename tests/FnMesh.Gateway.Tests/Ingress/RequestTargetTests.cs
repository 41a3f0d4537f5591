using FnMesh.Gateway.Ingress;

namespace FnMesh.Gateway.Tests.Ingress;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b?c=d", "/a/b")]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/..a%2Fb..%2f.c", "/..a%2Fb..%2f.c")]
    [InlineData("//a//b", "//a//b")]
    [InlineData("/a;v=1/b", "/a;v=1/b")]
    [InlineData("/caf%C3%A9", "/caf%C3%A9")]
    [InlineData("/a.b/..c/d..", "/a.b/..c/d..")]
    [InlineData("/a?redirect=/../x%2e", "/a")]
    public void What_has_one_meaning_is_kept_byte_for_byte(string raw, string path)
    {
        var target = RequestTarget.Parse(raw, "shop");

        Assert.Null(target.Fault);
        Assert.Equal(raw, target.PathAndQuery.ToString());
        Assert.Equal(path, target.PathAndQuery[..target.PathLength].ToString());
    }

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/..")]
    [InlineData("/./a")]
    [InlineData("/a/..;x/b")]
    [InlineData("/a/..%2Fb")]
    [InlineData("/a%2f../b")]
    [InlineData("/a%2F.%2Fb")]
    [InlineData("/a/b%2F..;x")]
    [InlineData("/a/%2e%2e/b")]
    [InlineData("/a/.%2E/b")]
    [InlineData("/%61dmin")]
    [InlineData("/a%7Eb")]
    [InlineData("/a\\b")]
    [InlineData("/a%5Cb")]
    [InlineData("/a%5cb")]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("/a%00")]
    [InlineData("/a%0d%0ab")]
    [InlineData("/a%7F")]
    [InlineData("/a%C0%AEb")]
    [InlineData("/a%E0%80%AF")]
    [InlineData("/a%FF")]
    [InlineData("/a%ED%A0%80")]
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%2g")]
    [InlineData("/a b")]
    [InlineData("/caf\u00E9")]
    [InlineData("/a\u0001")]
    [InlineData("/a?b\u0001")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("shop:80")]
    [InlineData("ftp://shop/a")]
    [InlineData("http://other/a")]
    [InlineData("http://shop")]
    [InlineData("http://shop?a")]
    [InlineData("http://user@shop/a")]
    public void What_two_parsers_could_read_differently_is_refused(string raw) => Assert.NotNull(RequestTarget.Parse(raw, "shop").Fault);

    [Fact]
    public void An_absolute_form_that_agrees_with_Host_is_taken_as_its_path()
    {
        var target = RequestTarget.Parse("http://SHOP:80/a?b", "shop:80");

        Assert.Null(target.Fault);
        Assert.Equal("/a?b", target.PathAndQuery.ToString());
        Assert.Equal(2, target.PathLength);
    }
}
