using System.Security.Cryptography;
using FnMesh.Node.Identity;
using FnMesh.Node.Tests.Fixtures;

namespace FnMesh.Node.Tests.Identity;

public sealed class SvidTests
{
    [Fact]
    public void A_certificate_for_another_key_is_no_svid_and_that_is_said()
    {
        using var leaf = new Authority().Leaf(out _, ["spiffe://shop.local/gateway"]);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var refused = Assert.Throws<CryptographicException>(() => Svid.Create([leaf.RawData], other));

        Assert.Equal("the certificate is for another key", refused.Message);
    }
}
