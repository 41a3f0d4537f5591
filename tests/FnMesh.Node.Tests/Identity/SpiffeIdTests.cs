using FnMesh.Node.Identity;

namespace FnMesh.Node.Tests.Identity;

public sealed class SpiffeIdTests
{
    [Theory]
    [InlineData("spiffe://shop.local/ns/default/app/orders", "shop.local", "/ns/default/app/orders")]
    [InlineData("spiffe://shop_1-a.local/gateway", "shop_1-a.local", "/gateway")]
    [InlineData("spiffe://shop.local/A.b-C_9", "shop.local", "/A.b-C_9")]
    [InlineData("spiffe://shop.local", "shop.local", "")]
    public void A_SPIFFE_ID_has_a_trust_domain_and_a_path(string text, string trustDomain, string path)
    {
        Assert.True(SpiffeId.TryParse(text, out var id, out _));
        Assert.Equal((trustDomain, path, text), (id.TrustDomain, id.Path, id.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://shop.local/gateway")]
    [InlineData("SPIFFE://shop.local/gateway")]
    [InlineData("spiffe:///gateway")]
    [InlineData("spiffe://Shop.local/gateway")]
    [InlineData("spiffe://shop.local:443/gateway")]
    [InlineData("spiffe://me@shop.local/gateway")]
    [InlineData("spiffe://shop.local/")]
    [InlineData("spiffe://shop.local/a//b")]
    [InlineData("spiffe://shop.local/a/")]
    [InlineData("spiffe://shop.local/./a")]
    [InlineData("spiffe://shop.local/../a")]
    [InlineData("spiffe://shop.local/a%2fb")]
    [InlineData("spiffe://shop.local/a?b")]
    [InlineData("spiffe://shop.local/a#b")]
    [InlineData("spiffe://shop.local/ä")]
    public void What_is_no_SPIFFE_ID_is_refused_with_a_reason(string text)
    {
        Assert.False(SpiffeId.TryParse(text, out var id, out var fault));
        Assert.Null(id);
        Assert.NotEmpty(fault);
    }

    [Theory]
    [InlineData(255, 2048 - 9 - 255 - 1, true)]
    [InlineData(256, 10, false)]
    [InlineData(255, 2048 - 9 - 255, false)]
    public void Its_length_is_bounded(int domain, int path, bool isOne) =>
        Assert.Equal(isOne, SpiffeId.TryParse($"spiffe://{new string('a', domain)}/{new string('b', path)}", out _, out _));

    [Theory]
    [InlineData("a/b", "app")]
    [InlineData("default", "..")]
    [InlineData("default", "")]
    public void No_name_can_lead_out_of_its_segment(string ns, string app) => Assert.Throws<ArgumentException>(() => SpiffeId.App("shop.local", ns, app));
}
