using System.Net;

namespace FnMesh.Policy.Tests;

public class OutsideAddressTests
{
    [Theory]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("10.255.0.1", "private")]
    [InlineData("100.64.0.1", "shared (carrier-grade NAT)")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.9.9.9", "loopback")]
    [InlineData("169.254.169.254", "link-local")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.0.1", "private")]
    [InlineData("224.0.0.251", "multicast")]
    [InlineData("255.255.255.255", "reserved")]
    [InlineData("::", "unspecified")]
    [InlineData("::1", "loopback")]
    [InlineData("::7f00:1", "reserved")]
    [InlineData("::ffff:127.0.0.1", "IPv4-mapped")]
    [InlineData("::ffff:8.8.8.8", "IPv4-mapped")]
    [InlineData("64:ff9b::7f00:1", "reserved")]
    [InlineData("fd12::1", "unique-local")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fe80::1%7", "link-local")]
    [InlineData("fec0::1", "reserved")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("2002:7f00:1::", "IPv4 inside of IPv6 (6to4)")]
    [InlineData("2001::1", "reserved")]
    [InlineData("8.8.8.8", null)]
    [InlineData("172.32.0.1", null)]
    [InlineData("100.128.0.1", null)]
    [InlineData("2606:4700::1111", null)]
    public void Only_addresses_of_the_public_internet_are_reached_unless_they_are_named(string address, string? fault)
    {
        Assert.Equal(fault, OutsideAddress.Fault(IPAddress.Parse(address), []));
        Assert.Null(OutsideAddress.Fault(IPAddress.Parse(address), [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")]));
    }

    [Fact]
    public void A_range_of_IPv4_holds_for_what_is_mapped_into_IPv6_and_for_nothing_beside_it()
    {
        IPNetwork[] named = [IPNetwork.Parse("10.1.0.0/16")];
        Assert.Null(OutsideAddress.Fault(IPAddress.Parse("10.1.2.3"), named));
        Assert.Null(OutsideAddress.Fault(IPAddress.Parse("::ffff:10.1.2.3"), named));
        Assert.Equal("private", OutsideAddress.Fault(IPAddress.Parse("10.2.2.3"), named));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://[::1]:80/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://localhost/")]
    [InlineData("http://a.LocalHost./")]
    public void An_address_is_known_in_whatever_form_it_is_written(string uri) => Assert.NotNull(OutsideAddress.Fault(new Uri(uri), []));

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("fd00:1::/64", true)]
    [InlineData("FD00::1", true)]
    [InlineData("10.0.0.1/8", false)]
    [InlineData("10.1", false)]
    [InlineData("0x7f.1", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("shop.example", false)]
    [InlineData("", false)]
    public void A_range_is_an_address_or_a_prefix_in_its_usual_form(string text, bool isRange) => Assert.Equal(isRange, OutsideAddress.Range(text) is not null);
}
