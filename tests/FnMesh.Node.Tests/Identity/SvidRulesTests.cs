using System.Security.Cryptography.X509Certificates;
using FnMesh.Node.Identity;
using FnMesh.Node.Tests.Fixtures;

namespace FnMesh.Node.Tests.Identity;

public sealed class SvidRulesTests
{
    private const string Orders = "spiffe://shop.local/ns/default/app/orders";
    private const string Both = "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2";
    private const X509KeyUsageFlags Signs = X509KeyUsageFlags.DigitalSignature;

    private readonly Authority _authority = new();

    [Fact]
    public void A_leaf_of_the_mesh_is_whom_it_names() => Assert.Equal((Orders, null), Verify(_authority.Leaf(out _, [Orders])));

    [Theory]
    [InlineData("", Signs, false, Both, "has no URI name")]
    [InlineData($"{Orders},spiffe://shop.local/gateway", Signs, false, Both, "has 2 URI names, and one SPIFFE ID is allowed")]
    [InlineData("https://shop.local/gateway", Signs, false, Both, "does not begin with 'spiffe://'")]
    [InlineData("spiffe://other.local/gateway", Signs, false, Both, "is of the trust domain other.local, not shop.local")]
    [InlineData("spiffe://shop.local", Signs, false, Both, "names a trust domain and no member of it")]
    [InlineData(Orders, Signs, true, Both, "is an authority's certificate")]
    [InlineData(Orders, X509KeyUsageFlags.KeyEncipherment, false, Both, "may not sign, by its key usage")]
    [InlineData(Orders, Signs | X509KeyUsageFlags.KeyCertSign, false, Both, "may sign certificates, by its key usage")]
    [InlineData(Orders, null, false, Both, "has no key usage")]
    [InlineData(Orders, Signs, false, "1.3.6.1.5.5.7.3.1", "is not for both ends of TLS, by its extended key usage")]
    public void A_leaf_of_another_form_is_nobody(string uris, X509KeyUsageFlags? usage, bool isAuthority, string uses, string fault) =>
        Assert.Equal((null, fault), Verify(_authority.Leaf(out _, uris.Split(',', StringSplitOptions.RemoveEmptyEntries), usage, isAuthority, uses.Split(','))));

    [Fact]
    public void A_leaf_holds_only_within_its_times()
    {
        Assert.Equal((null, "ended at 2026-05-31 23:59:59Z"), Verify(_authority.Leaf(out _, [Orders], until: Authority.Now.AddSeconds(-1))));
        Assert.Equal((null, "begins at 2026-06-01 00:00:01Z"), Verify(_authority.Leaf(out _, [Orders], from: Authority.Now.AddSeconds(1))));
    }

    [Fact]
    public void A_leaf_that_another_authority_signed_is_nobody() =>
        Assert.Equal((null, "was not signed by an authority of the mesh"), Verify(new Authority().Leaf(out _, [Orders])));

    [Fact]
    public void An_intermediate_counts_when_it_is_shown()
    {
        var intermediate = new Authority(_authority);
        var leaf = intermediate.Leaf(out _, [Orders]);

        Assert.Equal((Orders, null), Verify(leaf, [intermediate.Certificate]));
        Assert.NotNull(Verify(leaf).Fault);
    }

    private (string? Id, string? Fault) Verify(X509Certificate2 leaf, X509Certificate2Collection? presented = null)
    {
        SvidRules.TryVerify(leaf, presented, _authority.Bundle(), Authority.Now, out var id, out var fault);
        return (id?.ToString(), fault);
    }
}
