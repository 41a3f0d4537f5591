using FnMesh.Node.Members;

namespace FnMesh.Node.Tests.Members;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8443")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::1]:8443")]
    [InlineData("[::]:65535")]
    public void An_address_with_a_port_is_read(string text)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("8443")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1:8443")]
    [InlineData("8443:8443")]
    [InlineData("::1:8443")]
    [InlineData("[127.0.0.1]:8443")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("localhost:8443")]
    [InlineData("")]
    public void A_port_alone_and_what_is_half_an_address_are_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
